/** The text form of an OpenSSH public key. Source: RFC 4253 section 6.6 and RFC 5656 section 3.1 (the blob begins with its own type). */

const publicKeyTypes = ['ssh-ed25519', 'ssh-rsa', 'ecdsa-sha2-nistp256', 'ecdsa-sha2-nistp384', 'ecdsa-sha2-nistp521'] as const;

/** Whether a line is `type base64 [comment]`, of a type that servers take, with a blob that is of that type and has a key in it. */
export function isPublicKey(line: string): boolean {
  const [, type, encoded] = /^([a-z0-9-]+) ([A-Za-z0-9+/]+={0,2})(?: [^\p{Cc}\p{Cs}]*)?$/u.exec(line) ?? [];
  if (type === undefined || encoded === undefined) return false;
  if (!publicKeyTypes.some(known => known === type)) return false;
  const fields = lengthPrefixed(Buffer.from(encoded, 'base64'));
  return fields !== undefined && fields.length > 1 && fields[0]?.toString('latin1') === type;
}

/** The fields of a blob, each behind its length in four bytes; undefined if they do not fill it exactly. */
function lengthPrefixed(blob: Buffer): Buffer[] | undefined {
  const fields: Buffer[] = [];
  let offset = 0;
  while (offset + 4 <= blob.length) {
    const end = offset + 4 + blob.readUInt32BE(offset);
    if (end > blob.length) return undefined;
    fields.push(blob.subarray(offset + 4, end));
    offset = end;
  }
  return offset === blob.length ? fields : undefined;
}
