import { describe, expect, it } from 'vitest'
import { parseCommand } from './parse-arguments.ts'

const parse = (line: string) => parseCommand(line.split(' ').filter((word) => word !== ''))
const codeOf = (line: string): string => {
  try {
    parse(line)
  } catch (error) {
    return (error as { code: string }).code
  }
  return 'none'
}

describe('the command line', () => {
  it('takes every option of the contract', () => {
    const line =
      'verify --json --at 2026-11-25T16:00:00+07:00 --policy tt15 --trust a.pem --trust b --data c --data d --online ' +
      '--detached e --detached SHA-256:AAAA --evidence f.ers --password-file g h.pdf i'
    expect(parse(line)).toEqual({
      name: 'verify',
      arguments: {
        json: true,
        at: new Date('2026-11-25T09:00:00Z'),
        policy: 'tt15',
        trust: ['a.pem', 'b'],
        data: ['c', 'd'],
        online: true,
        detached: ['e', 'SHA-256:AAAA'],
        evidence: ['f.ers'],
        passwordFile: 'g',
        paths: ['h.pdf', 'i'],
      },
    })
  })

  it('asks by the hospital policy, now, without network, unless told otherwise', () => {
    expect(parse('verify a.pdf')).toMatchObject({
      arguments: { policy: 'hospital', at: null, online: false },
    })
  })

  it.each(['--help', '-h', 'help', 'verify --help', 'verify a.pdf -h'])('helps: %s', (line) => {
    expect(parse(line)).toEqual({ name: 'help' })
  })

  it.each([
    ['', 'ERR_CLI_COMMAND_MISSING'],
    ['judge a.pdf', 'ERR_CLI_COMMAND_UNKNOWN'],
    ['bundle show x', 'ERR_CLI_COMMAND_UNSUPPORTED'],
    ['evidence verify x --document y', 'ERR_CLI_COMMAND_UNSUPPORTED'],
    ['audit verify x', 'ERR_CLI_COMMAND_UNSUPPORTED'],
    ['verify', 'ERR_CLI_FILES_MISSING'],
    ['verify --json', 'ERR_CLI_FILES_MISSING'],
    ['verify --bundle x a.pdf', 'ERR_CLI_BUNDLE_UNSUPPORTED'],
    ['verify --trusted x a.pdf', 'ERR_CLI_OPTION_UNKNOWN'],
    ['verify -x a.pdf', 'ERR_CLI_OPTION_UNKNOWN'],
    ['verify --json=yes a.pdf', 'ERR_CLI_OPTION_VALUE'],
    ['verify a.pdf --trust', 'ERR_CLI_OPTION_VALUE'],
    ['verify --trust --data a.pdf', 'ERR_CLI_OPTION_VALUE'],
    ['verify --policy a --policy b c.pdf', 'ERR_CLI_OPTION_REPEATED'],
    ['verify --at 2026-01-01 --at 2026-01-02 c.pdf', 'ERR_CLI_OPTION_REPEATED'],
    ['verify --at yesterday a.pdf', 'ERR_CLI_TIME'],
    ['verify --at 2026-11-25T16:00:00 a.pdf', 'ERR_CLI_TIME'],
    ['verify --at 2026-02-30 a.pdf', 'ERR_CLI_TIME'],
    ['verify --at 25/11/2026 a.pdf', 'ERR_CLI_TIME'],
  ])('refuses: %s', (line, code) => {
    expect(codeOf(line)).toBe(code)
  })

  it('takes a day as its beginning in UTC, and names after -- as files', () => {
    expect(parse('verify --at 2026-11-25 -- --json')).toMatchObject({
      arguments: { at: new Date('2026-11-25T00:00:00Z'), paths: ['--json'], json: false },
    })
  })
})
