/** What the command line speaks through; streams of the process, or a test's. */
export interface CliIo {
  readonly stdout: OutputStream
  readonly stderr: OutputStream
  readonly env: Readonly<Record<string, string | undefined>>
  readonly clock: () => Date
}

export interface OutputStream {
  readonly isTTY?: boolean
  write(text: string): boolean
  once(event: 'drain', listener: () => void): unknown
}

/** Waits where the reader is slower than we are, so that nothing piles up. */
export async function writeOut(stream: OutputStream, text: string): Promise<void> {
  if (!stream.write(text)) await new Promise<void>((resolve) => stream.once('drain', resolve))
}
