import { describe, expect, it } from 'vitest'
import { chooseMediaType } from './accept.ts'

const json = ['application/json'] as const

describe('Accept', () => {
  it.each([
    [null],
    [''],
    ['*/*'],
    ['application/*'],
    ['application/json'],
    ['text/html, */*;q=0.1'],
    ['APPLICATION/JSON; q=0.5'],
  ])('takes JSON: %j', (header) => {
    expect(chooseMediaType(header, json)).toBe('application/json')
  })

  it.each([
    ['text/html'],
    ['application/xml, text/*'],
    ['application/json;q=0, */*'],
    ['application/json;q=x'],
  ])('takes no JSON: %j', (header) => {
    expect(chooseMediaType(header, json)).toBeNull()
  })
})
