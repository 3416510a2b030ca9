import type { ApiLimits } from './deps.ts'

const mebi = 2 ** 20

/** Limits at their defaults where nothing else is said. */
export function resolveLimits(given: ApiLimits): Required<ApiLimits> {
  return {
    uploadBytes: given.uploadBytes,
    heldBytes: given.heldBytes ?? Math.max(2 * given.uploadBytes, 1024 * mebi),
    signing: given.signing ?? 32,
    verifying: given.verifying ?? 16,
    waiting: given.waiting ?? 256,
    bodyIdleMs: given.bodyIdleMs ?? 10_000,
    bodyGraceMs: given.bodyGraceMs ?? 20_000,
    bodyBytesPerSecond: given.bodyBytesPerSecond ?? 32 * 1024,
    statusAgeMs: given.statusAgeMs ?? 2_000,
    statusDeadlineMs: given.statusDeadlineMs ?? 3_000,
  }
}

/** Bytes of a JSON body. */
export const JSON_BYTES = 256 * 1024
/** Bytes of the `options` part: an image in base64 is its bulk. */
export const OPTIONS_BYTES = 4 * mebi
/** Bytes of a certificate or chain in PEM. */
export const PEM_BYTES = 256 * 1024
/** How long a request may wait for its turn to sign, in milliseconds. */
export const WAIT_MS = 10_000
/** Life of an activation, in milliseconds (outside contract). */
export const ACTIVATION_MS = 120_000
export const ACTIVATION_DOCUMENTS = 500
/** How long a doctor's own device may take to complete a signing request, in milliseconds. */
export const SIGNING_REQUEST_MS = 30 * 60_000
/** After this a document of a signing request belongs to no row any more, in milliseconds. */
export const DOCUMENT_KEPT_MS = SIGNING_REQUEST_MS + 25 * 3_600_000
