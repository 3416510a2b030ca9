import { execute, versionOf } from './exec.ts'

export interface Qpdf {
  readonly version: string
  /** null where `qpdf --check` finds nothing at all to say against the file, else what it says. */
  check(file: string, password?: string): Promise<string | null>
}

export async function findQpdf(): Promise<Qpdf | null> {
  const version = await versionOf('qpdf', '--version')
  if (version === null) return null
  return {
    version,
    async check(file, password) {
      const secret = password === undefined ? [] : [`--password=${password}`]
      const { status, stdout, stderr } = await execute('qpdf', ['--check', ...secret, file])
      return status === 0 ? null : `${stderr}${stdout}`.trim().slice(0, 300)
    },
  }
}
