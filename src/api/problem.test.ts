import { describe, expect, it } from 'vitest'
import { DbError, dbMessages } from '../db/index.ts'
import { FormatError, formatMessages } from '../formats/index.ts'
import { pkcs11Messages } from '../pkcs11/index.ts'
import { SignerError, signerCatalogue } from '../signer/index.ts'
import { trustMessages } from '../trust/index.ts'
import { ApiError, type ApiErrorCode } from './errors.ts'
import { apiMessages } from './messages.ts'
import { problemResponse } from './problem.ts'
import { statusOfCode } from './problem-status.ts'
import { warningMessages } from './warnings.ts'

const catalogues = {
  ...apiMessages,
  ...dbMessages,
  ...formatMessages,
  ...pkcs11Messages,
  ...signerCatalogue,
  ...trustMessages,
}
const vietnamese = /[àáảãạăằắẳẵặâầấẩẫậđèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵ]/i

describe('problems', () => {
  it.each(Object.keys(catalogues))('%s has a status of its own', (code) => {
    const status = statusOfCode(code)
    expect(status).toBeGreaterThanOrEqual(400)
    expect(status).toBeLessThan(600)
  })

  it.each(Object.keys(apiMessages))('%s leaves in both languages', async (code) => {
    const answer = problemResponse(new ApiError(code as ApiErrorCode), 'request-1')
    expect(answer.headers.get('content-type')).toBe('application/problem+json')
    const problem = (await answer.json()) as Record<string, string>
    expect(problem).toMatchObject({ code, requestId: 'request-1', status: answer.status })
    expect(problem['messageVi']).toMatch(vietnamese)
    expect(problem['detail']).not.toMatch(vietnamese)
    expect(problem['title']).toMatch(/^[A-Z]/)
  })

  it.each(Object.entries(warningMessages))('the warning %s has both languages', (_, { en, vi }) => {
    expect(vi).toMatch(vietnamese)
    expect(en).not.toMatch(vietnamese)
  })

  it('for errors of the floors below carry their code', async () => {
    const answer = problemResponse(new FormatError('ERR_PDF_HEADER'), 'r')
    expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([422, 'ERR_PDF_HEADER'])
    expect(problemResponse(new DbError('ERR_DB_FULL'), 'r').status).toBe(507)
    expect(problemResponse(new SignerError('ERR_TSP_UNAVAILABLE'), 'r').headers.get('retry-after')).toBe('3')
  })

  it.each([
    new Error('password of the database is 12345'),
    new TypeError('x is undefined'),
    'text',
    null,
    Object.assign(new Error('secret'), { code: 'ERR_API_PIN_INCORRECT' }),
  ])('for what is not ours (%s) are one generic 500 without a word of it', async (error) => {
    const answer = problemResponse(error, 'r')
    const text = await answer.text()
    expect(answer.status).toBe(500)
    expect(text).toContain('ERR_API_UNEXPECTED')
    expect(text).not.toMatch(/12345|undefined|secret/)
  })

  it('say how to authenticate, and when to come back', () => {
    const missing = problemResponse(new ApiError('ERR_API_KEY_MISSING'), 'r')
    expect(missing.headers.get('www-authenticate')).toMatch(/^Bearer/)
    expect(problemResponse(new ApiError('ERR_API_OVERLOADED'), 'r').headers.get('retry-after')).toBe('1')
  })

  it.each(['ERR_UNKNOWN', 'ERR_PD', 'toString', '__proto__', ''])('know no status for %j', (code) => {
    expect(statusOfCode(code)).toBeNull()
  })
})
