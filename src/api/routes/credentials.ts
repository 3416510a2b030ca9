import { z } from '@hono/zod-openapi'
import type { Credential } from '../../db/index.ts'
import { formatName, parseCertificate, subjectIdentifiers } from '../../formats/index.ts'
import { findCredential, mayUse } from '../credentials.ts'
import { jsonResponse } from '../http/answer.ts'
import { parseQuery, readJsonBody } from '../http/parse-fields.ts'
import { idParam, jsonContent, problems } from '../schemas.ts'
import type { Service } from '../service.ts'
import { unlockCredential } from '../usecases/unlock-credential.ts'
import { addRoute, createSubApp } from './define.ts'

const credential = z
  .object({
    id: z.string(),
    holder: z.string(),
    kind: z.enum(['seal', 'staff']),
    algorithm: z.string().openapi({ example: 'rsa-3072' }),
    keyProvider: z.enum(['pkcs11', 'file']),
    keyProtection: z.string(),
    disabled: z.boolean(),
    certificate: z.object({
      subject: z.string(),
      identifiers: z.array(z.object({ type: z.string(), value: z.string() })),
      issuer: z.string(),
      serialNumber: z.string(),
      notBefore: z.iso.datetime(),
      notAfter: z.iso.datetime(),
      sha256: z.string(),
    }),
  })
  .openapi('Credential')

const noFields = z.strictObject({})

export function credentialRoutes(service: Service) {
  const app = createSubApp()
  addRoute(
    app,
    service,
    {
      method: 'get',
      path: '/v1/credentials',
      summary: 'Các chứng thư mà khóa API này được dùng / The credentials this API key may use',
      responses: {
        200: jsonContent(z.object({ credentials: z.array(credential) }), 'In the order of their making'),
        ...problems(400, 401, 503),
      },
    },
    async (context, request) => {
      parseQuery(noFields, context.req.url)
      const all = await request.hospital.listCredentials()
      return jsonResponse({ credentials: all.filter(({ id }) => mayUse(request.caller, id)).map(describe) })
    },
  )
  addRoute(
    app,
    service,
    {
      method: 'post',
      path: '/v1/credentials/{id}/unlock',
      summary: 'Duyệt mở khóa PIN: quản trị viên và người phê duyệt / Approve unlocking a PIN',
      request: {
        params: idParam,
        body: { required: false, content: { 'application/json': { schema: noFields } } },
      },
      responses: {
        200: jsonContent(
          z.object({ credential: z.string(), state: z.enum(['waiting', 'unlocked']) }),
          '`waiting` until the other of the two has approved as well',
        ),
        ...problems(400, 401, 403, 404, 408, 409, 413, 415, 503, 507),
      },
    },
    async (context, request) => {
      const http = context.req.raw
      parseQuery(noFields, http.url)
      const id = context.req.param('id') ?? ''
      await findCredential(request, id)
      if (http.headers.has('content-type')) await readJsonBody(http, noFields, service.limits)
      return jsonResponse({ credential: id, state: await unlockCredential(request, id) })
    },
  )
  return app
}

function describe({ id, holder, kind, algorithm, keyProvider, disabled, chain }: Credential) {
  const certificate = parseCertificate(chain[0]!)
  return {
    id,
    holder,
    kind,
    algorithm,
    keyProvider,
    keyProtection: keyProvider === 'file' ? 'software, not HSM' : 'PKCS#11 token',
    disabled,
    certificate: {
      subject: formatName(certificate.subject),
      identifiers: subjectIdentifiers(certificate.subject),
      issuer: formatName(certificate.issuer),
      serialNumber: certificate.serialHex,
      notBefore: certificate.notBefore.toISOString(),
      notAfter: certificate.notAfter.toISOString(),
      sha256: certificate.sha256,
    },
  }
}
