import { describe, expect, it } from 'vitest'
import { ANY_POLICY } from '../../formats/index.ts'
import { checkPath } from './check-path.ts'
import {
  cpuMs,
  type Holder,
  issue,
  mappings,
  noAnyPolicyAfter,
  policies,
  policyLimits,
} from './testing/issue.ts'
import type { PathInputs } from './types.ts'

const [A, B, C, D] = ['1.2.3.1', '1.2.3.2', '1.2.3.3', '1.2.3.4']
const root = issue({ subject: 'ROOT', ca: true })

/** A path under `root` whose certificates, from the top, have these extensions; one name twice in a row: self-issued. */
function path(...levels: readonly (readonly [string, ...Uint8Array[]])[]): Holder[] {
  const built: Holder[] = [root]
  levels.forEach(([subject, ...extensions], i) => {
    const isLast = i === levels.length - 1
    built.unshift(issue({ subject, by: built[0]!, ...(!isLast && { ca: true }), extensions }))
  })
  return built
}

function judge(built: readonly Holder[], inputs?: PathInputs) {
  const { problems, userConstrainedPolicySet } = checkPath(
    built.map(({ certificate }) => certificate),
    inputs,
  )
  return { codes: problems.map(({ code }) => code), set: userConstrainedPolicySet }
}

const explicit = { initialExplicitPolicy: true }
const only = (...initialPolicySet: string[]): PathInputs => ({
  initialPolicySet,
  initialExplicitPolicy: true,
})

describe('policies along the path', () => {
  it('are those that every certificate has', () => {
    expect(judge(path(['CA', policies(A!, B!)], ['D', policies(B!, C!)]), explicit)).toEqual({
      codes: [],
      set: [B],
    })
  })

  it('none in common: refused where a policy is asked for, else none is valid', () => {
    const built = path(['CA', policies(A!)], ['D', policies(B!)])
    expect(judge(built, explicit)).toEqual({ codes: ['POLICY'], set: [] })
    expect(judge(built)).toEqual({ codes: [], set: [] })
  })

  it('a certificate without the extension ends them', () => {
    const built = path(['CA 1', policies(A!)], ['CA 2'], ['D', policies(A!)])
    expect(judge(built, explicit)).toEqual({ codes: ['POLICY'], set: [] })
  })

  it('anyPolicy stands for what comes below it', () => {
    const built = path(['CA', policies(ANY_POLICY)], ['D', policies(A!)])
    expect(judge(built, explicit)).toEqual({ codes: [], set: [A] })
    expect(judge(built, only(B!))).toEqual({ codes: ['POLICY'], set: [] })
    expect(judge(path(['CA', policies(ANY_POLICY)], ['D', policies(ANY_POLICY)]), only(A!, B!)).set).toEqual([
      A,
      B,
    ])
  })

  it('anyPolicy counts for nothing where it is inhibited, but in self-issued certificates above the last', () => {
    const built = path(['CA', policies(A!), noAnyPolicyAfter(0)], ['D', policies(ANY_POLICY)])
    expect(judge(built, explicit).codes).toEqual(['POLICY'])
    const inputs = { ...explicit, initialAnyPolicyInhibit: true }
    expect(judge(path(['CA', policies(ANY_POLICY)], ['D', policies(A!)]), inputs).codes).toEqual(['POLICY'])
    const rolled = path(
      ['CA', policies(A!), noAnyPolicyAfter(0)],
      ['CA', policies(ANY_POLICY)],
      ['D', policies(A!)],
    )
    expect(judge(rolled, explicit)).toEqual({ codes: [], set: [A] })
    const last = path(['CA', policies(A!), noAnyPolicyAfter(0)], ['CA', policies(ANY_POLICY)])
    expect(judge(last, explicit).codes).toEqual(['POLICY'])
  })

  it('requireExplicitPolicy of a CA asks for one below it, and cannot be taken back', () => {
    const limit = policyLimits(0)
    expect(judge(path(['CA', policies(A!), limit], ['D', policies(B!)])).codes).toEqual(['POLICY'])
    const widened = path(['CA 1', policies(A!), limit], ['CA 2', policies(A!), policyLimits(5)], ['D'])
    expect(judge(widened).codes).toEqual(['POLICY'])
    expect(judge(path(['CA', policies(A!)], ['D', policies(B!), limit])).codes).toEqual(['POLICY'])
    expect(judge(path(['CA', policyLimits(1)], ['D'])).codes).toEqual(['POLICY'])
    expect(judge(path(['CA', policyLimits(2)], ['D'])).codes).toEqual([])
  })
})

describe('mappings', () => {
  it('lead from the upper domain to the lower; what is valid is told in the upper', () => {
    const built = path(['CA', policies(A!), mappings([A!, C!])], ['D', policies(C!)])
    expect(judge(built, explicit)).toEqual({ codes: [], set: [A] })
    expect(judge(built, only(C!)).codes).toEqual(['POLICY'])
  })

  it('a policy that was mapped away is none any more', () => {
    const built = path(['CA', policies(A!), mappings([A!, C!])], ['D', policies(A!)])
    expect(judge(built, explicit).codes).toEqual(['POLICY'])
  })

  it('from and to anyPolicy are refused', () => {
    for (const pair of [
      [ANY_POLICY, A!],
      [A!, ANY_POLICY],
    ] as const) {
      const built = path(['CA', policies(A!, ANY_POLICY), mappings(pair)], ['D', policies(A!)])
      expect(judge(built).codes).toContain('POLICY_MAPPING_ANY')
    }
  })

  it('under anyPolicy make the policy they map from', () => {
    const built = path(['CA', policies(ANY_POLICY), mappings([A!, C!])], ['D', policies(C!)])
    expect(judge(built, only(A!))).toEqual({ codes: [], set: [A] })
  })

  it('inhibited, by the user or a CA, take the policy away', () => {
    const lower = ['D', policies(C!)] as const
    const inhibited = path(['CA', policies(A!), mappings([A!, C!])], lower)
    expect(judge(inhibited, { ...explicit, initialPolicyMappingInhibit: true }).codes).toEqual(['POLICY'])
    const byCa = path(
      ['CA 1', policies(A!), policyLimits(0, 0)],
      ['CA 2', policies(A!), mappings([A!, C!])],
      lower,
    )
    expect(judge(byCa).codes).toEqual(['POLICY'])
  })

  it('one policy to two, two to one', () => {
    const split = path(['CA', policies(A!), mappings([A!, C!], [A!, D!])], ['D', policies(D!)])
    expect(judge(split, explicit).set).toEqual([A])
    const joined = path(['CA', policies(A!, B!), mappings([A!, C!], [B!, C!])], ['D', policies(C!)])
    expect(judge(joined, explicit).set).toEqual([A, B])
  })
})

it('mappings that double at each of 18 certificates take linear work (RFC 9618, 1)', () => {
  const twoByTwo = mappings([A!, A!], [A!, B!], [B!, A!], [B!, B!])
  const levels = Array.from({ length: 17 }, (_none, i) => [`CA ${i}`, policies(A!, B!), twoByTwo] as const)
  const built = path(...levels, ['D', policies(A!, B!)])
  const started = cpuMs()
  expect(judge(built, explicit)).toEqual({ codes: [], set: [A, B] })
  expect(cpuMs() - started).toBeLessThan(500)
})
