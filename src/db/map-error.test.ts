import { DrizzleQueryError } from 'drizzle-orm'
import { describe, expect, it } from 'vitest'
import { DbError } from './errors.ts'
import { toDbError } from './map-error.ts'

const driverError = (code: string, extra: object = {}) =>
  Object.assign(new Error('lời của máy chủ'), { code, ...extra })

describe('errors of the drivers', () => {
  it.each([
    ['ECONNREFUSED', 'ERR_DB_UNAVAILABLE'],
    ['ECONNRESET', 'ERR_DB_UNAVAILABLE'],
    ['ENOTFOUND', 'ERR_DB_UNAVAILABLE'],
    ['57P01', 'ERR_DB_UNAVAILABLE'],
    ['57P03', 'ERR_DB_UNAVAILABLE'],
    ['53300', 'ERR_DB_UNAVAILABLE'],
    ['08006', 'ERR_DB_UNAVAILABLE'],
    ['57014', 'ERR_DB_TIMEOUT'],
    ['55P03', 'ERR_DB_TIMEOUT'],
    ['40P01', 'ERR_DB_TIMEOUT'],
    ['53100', 'ERR_DB_FULL'],
  ])('%s is %s and may be tried again', (code, expected) => {
    expect(toDbError(driverError(code))).toMatchObject({ code: expected, retryable: true })
  })

  it.each([
    ['28P01', 'ERR_DB_AUTHENTICATION'],
    ['3D000', 'ERR_DB_DATABASE_MISSING'],
    ['23503', 'ERR_DB_REFERENCE_MISSING'],
    ['23505', 'ERR_DB_DUPLICATE'],
    ['23514', 'ERR_DB_VALUE_INVALID'],
    ['22P02', 'ERR_DB_VALUE_INVALID'],
    ['42501', 'ERR_DB_FAILED'],
    ['XX000', 'ERR_DB_FAILED'],
  ])('%s is %s and stays so', (code, expected) => {
    expect(toDbError(driverError(code))).toMatchObject({ code: expected, retryable: false })
  })

  it('are found below what the query builder wraps around them', () => {
    const wrapped = new Error('Failed query: insert … params: BÍ MẬT', {
      cause: driverError('23505', { constraint: 'k' }),
    })
    expect(toDbError(wrapped)).toMatchObject({ code: 'ERR_DB_DUPLICATE', details: { constraint: 'k' } })
  })

  it('lose the values they quote: rows, parameters, statements', () => {
    const secret = 'scrypt$BÍ-MẬT'
    const quoting = driverError('22P02', {
      message: `invalid input syntax: "${secret}"`,
      detail: `Failing row contains (${secret})`,
      query: secret,
      parameters: [secret],
      params: [secret],
    })
    const error = toDbError(new Error(`params: ${secret}`, { cause: quoting })) as DbError
    const cause = error.cause as Error
    const all = [
      error.message,
      error.stack,
      JSON.stringify(error),
      cause.message,
      cause.stack,
      JSON.stringify(cause),
    ]
    expect(all.join('\n')).not.toContain(secret)
    expect(cause.cause).toBeUndefined()
  })

  it('without a code come out of what the query builder wraps around them, which holds the parameters', () => {
    const mistake = new TypeError('Do not know how to serialize a BigInt')
    const wrapped = new DrizzleQueryError('insert into anky.pin_states …', ['scrypt$BÍ-MẬT'], mistake)
    expect(toDbError(wrapped)).toBe(mistake)
  })

  it('a DbError and a mistake of our own stay what they are', () => {
    const own = new DbError('ERR_DB_CLOSED')
    const mistake = new TypeError('x is undefined')
    expect(toDbError(own)).toBe(own)
    expect(toDbError(mistake)).toBe(mistake)
    expect(toDbError('text')).toBe('text')
  })
})
