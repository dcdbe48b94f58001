"""A Spark with Delta: small, local, in UTC."""
import glob
import os

from pyspark.sql import SparkSession


def start(jars, scratch):
    """`jars` is a folder with those of Delta; what Spark writes besides tables goes to `scratch`."""
    options = {
        "spark.jars": ",".join(glob.glob(os.path.join(jars, "*.jar"))),
        "spark.sql.extensions": "io.delta.sql.DeltaSparkSessionExtension",
        "spark.sql.catalog.spark_catalog": "org.apache.spark.sql.delta.catalog.DeltaCatalog",
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.shuffle.partitions": "2",
        "spark.sql.warehouse.dir": os.path.join(scratch, "warehouse"),
        "spark.local.dir": scratch,
        "spark.driver.extraJavaOptions": f"-Dderby.system.home={scratch}",
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.sql.sources.parallelPartitionDiscovery.parallelism": "2",
        "spark.databricks.delta.snapshotPartitions": "2",
        "spark.databricks.delta.retentionDurationCheck.enabled": "false",
        "spark.databricks.delta.vacuum.parallelDelete.enabled": "false",
        # Spark pads CHAR values when it reads; this reader gives what is stored.
        "spark.sql.readSideCharPadding": "false",
        # Columns may be mapped, and then the feed is asked for in the schema of its last version.
        "spark.databricks.delta.changeDataFeed.defaultSchemaModeForColumnMappingTable": "endVersion",
    }
    builder = SparkSession.builder.master("local[1]").config(map=options)
    spark = builder.getOrCreate()
    spark.sparkContext.setLogLevel("OFF")
    return spark


def delta_version(jars):
    """As the name of its jar has it."""
    (jar,) = glob.glob(os.path.join(jars, "delta-spark_*.jar"))
    return os.path.basename(jar).removesuffix(".jar").rpartition("-")[2]
