import { AnkyError } from '../formats/index.ts'

/** For the person who started the service: Vietnamese first, both on stderr, since stdout is read by programs. */
export function say(vi: string, en: string): void {
  process.stderr.write(`${vi}\n${en}\n`)
}

/** Why the service does not start. An error that is none of ours is a defect, and shown whole. */
export function sayFailure(error: unknown): void {
  if (!(error instanceof AnkyError)) {
    console.error(error)
    return
  }
  say(
    `Ấn Ký không khởi động được: ${error.messageVi}`,
    `Ấn Ký cannot start: ${error.message} (${error.code})`,
  )
}
