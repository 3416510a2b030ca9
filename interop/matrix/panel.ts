import type { Judgement, Oracle, SignatureVerdict } from '../oracles/oracle.ts'
import type { Qpdf } from '../oracles/qpdf.ts'
import type { Algorithm } from './algorithms.ts'
import type { Findings } from './findings.ts'
import type { Level } from './ours.ts'
import type { World } from './world.ts'

/** All oracles' answers about one file, by name. */
export type Answers = ReadonlyMap<string, Judgement>

/** A signature that we made: what is expected of it. */
export interface Expected {
  readonly end: number
  readonly algorithm: Algorithm
  readonly level: Level
}

/** Who judges, and how the answers are held against what was signed. */
export class Panel {
  readonly oracles: readonly Oracle[]
  readonly qpdf: Qpdf
  readonly #world: World
  readonly #findings: Findings

  constructor(oracles: readonly Oracle[], qpdf: Qpdf, world: World, findings: Findings) {
    this.oracles = oracles
    this.qpdf = qpdf
    this.#world = world
    this.#findings = findings
  }

  async ask(file: string, more: { detached?: string; password?: string } = {}): Promise<Answers> {
    const { trust, crl } = this.#world
    const asked = more.detached ? this.oracles.filter(({ detached }) => detached) : this.oracles
    const answers = asked.map(
      async (oracle) => [oracle.name, await oracle.judge({ file, trust, crl, ...more })] as const,
    )
    return new Map(await Promise.all(answers))
  }

  /**
   * Holds each oracle's answer against a signature of ours. `before` are the answers about the input; `theirs` those about
   * the same input signed by other programs: where an oracle gives no verdict there either, for the same reason, it
   * cannot judge such files.
   */
  compare(
    suite: string,
    subject: string,
    expected: Expected,
    before: Answers,
    after: Answers,
    theirs: readonly Answers[] = [],
  ): void {
    const { algorithm, end } = expected
    let judges = 0
    for (const [judge, answer] of after) {
      if (algorithm.strangers.includes(judge)) continue
      const cell = { suite, subject, row: algorithm.name, judge }
      const input = before.get(judge)!
      if ('unreadable' in input) {
        // our own records are such that everybody can read them
        const outcome = suite === 'third-party' ? 'cannot' : 'disagrees'
        this.#findings.add({ ...cell, outcome, why: `input: ${input.unreadable}` })
        continue
      }
      judges++
      const found = 'unreadable' in answer ? null : answer.signatures.find((one) => one.end === end)
      if (found?.verdict === 'intact') {
        this.#findings.add({ ...cell, outcome: 'agrees' })
        this.#compareMore(suite, subject, expected, judge, found)
        continue
      }
      const failure = failureOf(answer)
      if (failure !== null && theirs.some((others) => failureOf(others.get(judge)!) === failure)) {
        this.#findings.add({ ...cell, outcome: 'cannot', why: `signed by others too: ${failure}` })
        continue
      }
      const why = failure ?? (found ? `${found.verdict}: ${found.why}` : 'not found')
      this.#findings.add({ ...cell, outcome: 'disagrees', why })
    }
    if (judges === 0) {
      this.#findings.add({ suite, subject, row: algorithm.name, judge: 'nobody', outcome: 'unjudged' })
    }
  }

  #compareMore(
    suite: string,
    subject: string,
    { level, algorithm }: Expected,
    judge: string,
    { whole, changes, level: said }: SignatureVerdict,
  ): void {
    if (changes !== undefined) this.#findings.witness(`${suite}: ${judge}: later changes: ${changes}`)
    const check = (row: string, right: boolean, why: string): void => {
      const outcome = right ? 'agrees' : 'disagrees'
      this.#findings.add({ suite, subject, row, judge, outcome, ...(!right && { why }) })
    }
    if (said !== undefined) check(`level ${level}`, said === level, `it says ${said}`)
    if (whole === undefined) return
    if (algorithm.outsidePolicyOf?.includes(judge)) this.#findings.witness(`${suite}: ${judge}: ${whole}`)
    else check('whole verdict', whole === 'good', `it says ${whole}`)
  }

  /** What was intact in the input stays so. */
  compareEarlier(suite: string, subject: string, before: Answers, after: Answers): void {
    for (const [judge, input] of before) {
      if ('unreadable' in input) continue
      const answer = after.get(judge)!
      for (const earlier of input.signatures) {
        if (earlier.verdict !== 'intact') continue
        const now = 'unreadable' in answer ? null : answer.signatures.find(({ end }) => end === earlier.end)
        const kept = now?.verdict === 'intact'
        const why =
          'unreadable' in answer ? answer.unreadable : now ? `${now.verdict}: ${now.why}` : 'not found'
        this.#findings.add({
          suite,
          subject,
          row: 'earlier signatures',
          judge,
          outcome: kept ? 'agrees' : 'disagrees',
          ...(!kept && { why }),
        })
      }
    }
  }

  /** The output starts with the input's bytes, and qpdf has nothing more to say than before. */
  async compareFile(
    suite: string,
    subject: string,
    files: { input: Uint8Array; output: Uint8Array; path: string; before: string | null; password?: string },
  ): Promise<void> {
    const { input, output, path, before, password } = files
    const prefix = Buffer.compare(Buffer.from(output.subarray(0, input.length)), Buffer.from(input)) === 0
    this.#findings.add({
      suite,
      subject,
      row: 'prefix',
      judge: 'bytes',
      outcome: prefix ? 'agrees' : 'disagrees',
    })
    const said = await this.qpdf.check(path, password)
    const clean = said === null || said === before
    this.#findings.add({
      suite,
      subject,
      row: 'qpdf --check',
      judge: 'qpdf',
      outcome: clean ? 'agrees' : 'disagrees',
      ...(!clean && { why: said ?? '' }),
    })
  }
}

/** Why an oracle gave no verdict about a file at all. */
const failureOf = (answer: Judgement): string | null => ('unreadable' in answer ? answer.unreadable : null)
