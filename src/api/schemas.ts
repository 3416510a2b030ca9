import { z } from '@hono/zod-openapi'

/** Components of the OpenAPI document that several routes share. */
const problemSchema = z
  .object({
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    code: z.string().openapi({ example: 'ERR_API_ACTIVATION_REQUIRED' }),
    messageVi: z.string(),
    requestId: z.string(),
  })
  .openapi('Problem', { description: 'RFC 9457' })

const problem = (description: string) => ({
  description,
  content: { 'application/problem+json': { schema: problemSchema } },
})

const descriptions = {
  400: 'Malformed, or a field that is not known',
  401: 'No API key, or one that is not known',
  403: 'Not allowed',
  404: 'No such object in this hospital',
  406: 'The client takes no JSON',
  408: 'The body arrives too slowly',
  409: 'Running, or in the wrong state',
  410: 'Too late',
  413: 'Too large',
  415: 'Media type missing or not the one needed',
  422: 'Document or credential unusable',
  423: 'Locked',
  429: 'This hospital has too much under way; see Retry-After',
  501: 'Comes with a later version',
  503: 'Out of reach or overloaded; see Retry-After',
  507: 'Disk full',
} as const

/** The problems a route may answer with, for its description; every other one has the same form. */
export const problems = (...statuses: (keyof typeof descriptions)[]) => ({
  ...Object.fromEntries(statuses.map((status) => [status, problem(descriptions[status])])),
  default: problem('Any other problem'),
})

export const idParam = z.object({
  id: z
    .uuid()
    .openapi({ param: { name: 'id', in: 'path' }, example: '019ab2c4-5d6e-7f80-9a1b-2c3d4e5f6071' }),
})

export const idempotencyHeader = {
  'Idempotency-Key': z.string().max(255).optional().openapi({ description: 'Kept for 24 h' }),
}

export const jsonContent = <Schema extends z.ZodType>(schema: Schema, description: string) => ({
  description,
  content: { 'application/json': { schema } },
})

export const binary = { schema: { type: 'string' as const, format: 'binary' as const } }
