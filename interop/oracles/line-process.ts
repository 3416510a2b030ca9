import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'

interface Waiting {
  readonly resolve: (answer: unknown) => void
  readonly timer: NodeJS.Timeout
}

/**
 * A program that answers each line of JSON on its stdin with one on its stdout, in order. One that does not answer in
 * time is stopped and started again; what it owed is answered with an error.
 */
export class LineProcess {
  readonly #start: () => ChildProcessWithoutNullStreams
  #child: ChildProcessWithoutNullStreams | null = null
  #waiting: Waiting[] = []
  #complaints = ''

  constructor(command: string, args: readonly string[]) {
    this.#start = () => spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'] })
  }

  ask(request: object, timeoutMs = 60_000): Promise<unknown> {
    this.#child ??= this.#open()
    const child = this.#child
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.#fail(`no answer in ${timeoutMs} ms`), timeoutMs)
      this.#waiting.push({ resolve, timer })
      child.stdin.write(`${JSON.stringify(request)}\n`)
    })
  }

  close(): void {
    this.#child?.stdin.end()
    this.#child = null
  }

  #open(): ChildProcessWithoutNullStreams {
    const child = this.#start()
    child.on('error', (error) => this.#fail(error.message))
    child.on('exit', () => {
      if (this.#child === child) this.#fail(`it ended: ${this.#complaints.slice(-500)}`)
    })
    child.stdin.on('error', () => undefined)
    child.stderr.on('data', (data) => {
      this.#complaints = `${this.#complaints}${data}`.slice(-4000)
    })
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (this.#child !== child) return
      const next = this.#waiting.shift()
      if (!next) return
      clearTimeout(next.timer)
      next.resolve(JSON.parse(line))
    })
    return child
  }

  #fail(error: string): void {
    const owed = this.#waiting
    this.#waiting = []
    this.#child?.kill('SIGKILL')
    this.#child = null
    for (const { resolve, timer } of owed) {
      clearTimeout(timer)
      resolve({ error })
    }
  }
}
