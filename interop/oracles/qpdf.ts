import { execute, versionOf } from './exec.ts'

export interface Qpdf {
  readonly version: string
  /** null where `qpdf --check` has nothing to say against the file, else its errors and warnings, sorted. */
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
      if (status === 0) return null
      const lines = `${stderr}${stdout}`.replaceAll(file, 'FILE').split('\n')
      const said = lines.filter((line) => /^(WARNING|ERROR|qpdf): /.test(line) && !line.includes('succeeded'))
      return [...new Set(said)].sort().join('; ') || `status ${status}`
    },
  }
}
