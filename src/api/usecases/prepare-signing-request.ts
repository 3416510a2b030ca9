import type { IdempotentRequest, StoredAnswer } from '../../db/index.ts'
import {
  algorithmName,
  type Certificate,
  digestBytes,
  encodeSignatureAlgorithm,
} from '../../formats/index.ts'
import type { PreparedSignature, SelectedAlgorithm } from '../../signer/index.ts'
import type { ReceivedDocument } from '../http/received-document.ts'
import { answerOnce } from '../idempotency.ts'
import { SIGNING_REQUEST_MS } from '../limits.ts'
import { auditEntry, type CallerRequest } from '../request-context.ts'
import type { Service } from '../service.ts'
import type { SigningWish } from '../sign-options.ts'
import { removeDocument, storeDocument } from '../storage.ts'
import { guardSigner } from './guard-signer.ts'
import { prepare } from './make-signature.ts'
import { referencesOf } from './signature-record.ts'
import { encodeState } from './signing-request-state.ts'

export interface SigningRequestInput {
  /** The signer's certificate first; its key is not held here. */
  readonly chain: readonly Certificate[]
  readonly selected: SelectedAlgorithm
  readonly wish: SigningWish
  readonly document: ReceivedDocument
  readonly idempotency: IdempotentRequest | null
}

/**
 * Prepares a signature whose value is made elsewhere: keeps what is needed to finish it and gives the bytes to be signed.
 *
 * Throws what the signer throws, and `ERR_API_STORAGE_…`.
 */
export function prepareSigningRequest(
  service: Service,
  request: CallerRequest,
  input: SigningRequestInput,
): Promise<StoredAnswer> {
  const { wish, document, chain, selected } = input
  return answerOnce(service, request, input.idempotency, () =>
    service.signing.run(request.caller.hospitalId, async () => {
      await guardSigner(service, request, { chain, occasion: null, object: 'signing-requests' })
      await service.faultPoint('signing-request.signer-checked')
      const prepared = await prepare(service, { wish, document, chain, algorithm: selected.algorithm })
      await service.faultPoint('signing-request.prepared')
      const stored = await store(service, request, input, prepared)
      await service.faultPoint('signing-request.stored')
      const body = Buffer.from(JSON.stringify(describe(stored, prepared, chain[0]!)))
      const headers = { 'content-type': 'application/json' }
      return { status: 201, headers, body, prefixedByDocument: false }
    }),
  )
}

async function store(
  service: Service,
  request: CallerRequest,
  { document, selected, wish }: SigningRequestInput,
  prepared: PreparedSignature,
): Promise<{ id: string; expiresAt: Date }> {
  const { dataFolder, clock } = service.deps
  const { caller } = request
  const id = service.newId()
  const expiresAt = new Date(clock().getTime() + SIGNING_REQUEST_MS)
  const isPdf = wish.format === 'pades'
  const documentFile = isPdf ? await storeDocument(dataFolder, id, document.bytes!) : ''
  const contentDigest = isPdf ? null : await document.digestOf(prepared.digest)
  const state = encodeState({ prepared, contentDigest, conformity: selected.conformity })
  const content = {
    documentSha256: document.sha256,
    format: wish.format,
    level: wish.level,
    ...(await referencesOf(service, request, wish)),
  }
  try {
    await service.faultPoint('signing-request.document-stored')
    await request.hospital.createSigningRequest(
      {
        id,
        hospitalId: caller.hospitalId,
        apiKeyId: caller.apiKeyId,
        state: 'prepared',
        prepared: state,
        documentFile,
        contentType: document.mediaType,
        expiresAt,
        completedWith: null,
        appended: null,
        signatureId: null,
      },
      auditEntry(request, {
        action: 'signing-request.create',
        object: `signing-request:${id}`,
        outcome: 'success',
        content,
      }),
    )
  } catch (error) {
    await removeDocument(dataFolder, documentFile)
    throw error
  }
  return { id, expiresAt }
}

function describe(
  { id, expiresAt }: { id: string; expiresAt: Date },
  prepared: PreparedSignature,
  certificate: Certificate,
) {
  const dtbs = Buffer.from(prepared.signedAttributes, 'base64')
  return {
    id,
    dtbs: prepared.signedAttributes,
    digest: Buffer.from(digestBytes(prepared.digest, dtbs)).toString('base64'),
    digestAlgorithm: prepared.digest,
    signatureAlgorithm: algorithmName(prepared.algorithm),
    signatureAlgorithmIdentifier: Buffer.from(encodeSignatureAlgorithm(prepared.algorithm)).toString(
      'base64',
    ),
    certificateSha256: certificate.sha256,
    expiresAt: expiresAt.toISOString(),
  }
}
