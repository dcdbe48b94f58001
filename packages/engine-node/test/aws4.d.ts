/** What is used of aws4, which has no types of its own. */
declare module "aws4" {
  interface Signable {
    readonly service: string;
    readonly region: string;
    readonly method: string;
    readonly host: string;
    readonly path: string;
    readonly headers: Readonly<Record<string, string>>;
    /** Keeps the path as it is encoded; so it always is for the service `s3`. */
    readonly doNotEncodePath?: boolean;
    /** Headers that are signed although they are usually not. */
    readonly extraHeadersToInclude?: Readonly<Record<string, boolean>>;
  }

  interface Keys {
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
    readonly sessionToken?: string | undefined;
  }

  const aws4: {
    sign(
      request: Signable,
      keys: Keys,
    ): { readonly headers: Readonly<Record<string, string>> & { readonly Authorization: string } };
  };
  export default aws4;
}
