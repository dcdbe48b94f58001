import { change, type Fault } from "../../../engine-node/test/faults/fault.js";

/** A page of an S3 listing with other objects, or with another token. */
export function listed(edit: (contents: string[]) => string[], token?: (token: string | undefined) => string): Fault {
  return change((answer) => {
    const xml = Buffer.from(answer.body).toString();
    const contents = xml.match(CONTENTS) ?? [];
    const at = contents.length === 0 ? xml.indexOf("</ListBucketResult>") : xml.indexOf(contents[0]!);
    const bare = xml.replaceAll(CONTENTS, "");
    let changed = bare.slice(0, at) + edit([...contents]).join("") + bare.slice(at);
    if (token !== undefined) {
      const next = token(TOKEN.exec(xml)?.[1]);
      changed = changed.replace(TOKEN, "").replace(/<IsTruncated>\w+</, "<IsTruncated>true<");
      changed = changed.replace("<IsTruncated>", `<NextContinuationToken>${next}</NextContinuationToken><IsTruncated>`);
    }
    return { ...answer, body: Buffer.from(changed) };
  });
}

const CONTENTS = /<Contents>.*?<\/Contents>/gs;
const TOKEN = /<NextContinuationToken>(.*?)<\/NextContinuationToken>/;

/** The name of a listed object, without its folder. */
export function nameOf(contents: string): string {
  return decodeURIComponent(/<Key>(?:[^<]*\/)?([^<]*)<\/Key>/.exec(contents)![1]!);
}
