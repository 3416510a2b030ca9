import { type DigestName, digestNames, digestTitle } from '../../formats/index.ts'

/** `SHA-256` for `sha256`; a name or OID that is not ours stays as it is. */
export const describeDigest = (name: string): string => (isDigestName(name) ? digestTitle(name) : name)

const isDigestName = (name: string): name is DigestName => (digestNames as readonly string[]).includes(name)
