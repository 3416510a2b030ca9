import { z } from '@hono/zod-openapi'
import type { SignatureRecord } from '../../db/index.ts'
import { algorithmName } from '../../formats/index.ts'
import { mayUse } from '../credentials.ts'
import { jsonResponse } from '../http/answer.ts'
import { parseQuery } from '../http/parse-fields.ts'
import { type CallerRequest, findOrRefuse } from '../request-context.ts'
import { idParam, jsonContent, problems } from '../schemas.ts'
import type { Service } from '../service.ts'
import { describeWarning } from '../warnings.ts'
import { addRoute, createSubApp } from './define.ts'

const time = z.iso.datetime()
const revocation = z
  .object({
    state: z.enum(['good', 'unreachable']),
    checkedAt: time,
    certificates: z
      .array(
        z.object({
          sha256: z.string(),
          subject: z.string(),
          status: z.enum(['good', 'unknown']),
          evidence: z
            .object({
              kind: z.enum(['crl', 'ocsp']),
              url: z.string(),
              sha256: z.string().openapi({ description: 'Of its DER, which is kept' }),
              thisUpdate: time,
              nextUpdate: time.nullable(),
              producedAt: time,
            })
            .nullable(),
        }),
      )
      .openapi({
        description: "The signer's certificate first, then its issuers'; anchors are not asked about",
      }),
  })
  .openapi('RevocationRecord')

const signature = z
  .object({
    id: z.string(),
    credential: z.string().nullable(),
    format: z.enum(['pades', 'cades']),
    level: z.enum(['B-B', 'B-T']),
    algorithm: z.string(),
    conformity: z.enum(['tt15', 'outside']),
    environment: z.enum(['evaluation', 'production']),
    keyProvider: z.enum(['pkcs11', 'file', 'external']),
    keyProtection: z.string(),
    documentSha256: z.string(),
    documentLength: z.int(),
    resultSha256: z.string(),
    certificateSha256: z.string(),
    timestampTime: z.iso.datetime().nullable(),
    createdAt: z.iso.datetime(),
    revocation: revocation.nullable().openapi({
      description: 'How the certificates stood at signing; null where an earlier version signed',
    }),
    warnings: z.array(z.object({ code: z.string(), messageVi: z.string(), messageEn: z.string() })),
  })
  .openapi('Signature')

export function signatureRoutes(service: Service) {
  const app = createSubApp()
  addRoute(
    app,
    service,
    {
      method: 'get',
      path: '/v1/signatures/{id}',
      summary: 'Thông tin một chữ ký / Metadata of a signature',
      request: { params: idParam },
      responses: { 200: jsonContent(signature, 'Never the document'), ...problems(400, 401, 404, 503) },
    },
    async (context, request) => {
      parseQuery(z.strictObject({}), context.req.url)
      const id = context.req.param('id') ?? ''
      const found = await findOrRefuse(request, 'signature', id, async (known) => {
        const record = await request.hospital.findSignature(known)
        return record && maySee(request, record) ? record : null
      })
      return jsonResponse(describe(found))
    },
  )
  return app
}

/** Who reads the audit log sees every signature; others those of credentials they may use. */
const maySee = ({ caller }: CallerRequest, { credentialId }: SignatureRecord): boolean =>
  caller.scopes.includes('audit') ||
  (caller.scopes.includes('sign') && (credentialId === null || mayUse(caller, credentialId)))

const protection = {
  file: 'software, not HSM',
  pkcs11: 'PKCS#11 token',
  external: 'held by the signer',
} as const

function describe({ credentialId, algorithm, warnings, ...record }: SignatureRecord) {
  const { intentId: _, hospitalId: __, cms: ___, ...rest } = record
  return {
    ...rest,
    credential: credentialId,
    algorithm: algorithmName(algorithm),
    keyProtection: protection[record.keyProvider],
    warnings: warnings.map(describeWarning),
  }
}
