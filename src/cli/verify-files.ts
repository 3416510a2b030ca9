import { availableParallelism } from 'node:os'
import { createSandbox, type Sandbox, type VerifyTask } from '../sandbox/index.ts'
import type { VerificationReport } from '../verifier/index.ts'
import { describeAsJson, describeReport } from './describe-report.ts'
import { CliError } from './errors.ts'
import { type CliIo, writeOut } from './io.ts'
import { listFiles } from './list-files.ts'
import { createOnlineSource } from './online-source.ts'
import type { VerifyArguments } from './parse-arguments.ts'
import { Progress } from './progress.ts'
import { readDetached } from './read-detached.ts'
import { readEvidence } from './read-evidence.ts'
import { readGiven, readPassword, readTrust } from './read-given.ts'
import { readPolicy } from './read-policy.ts'
import { Summary } from './summary.ts'

/** Files under way for each process: one judged, the next at hand. */
const AHEAD = 2

/** How processes that judge are had. */
export type OpenSandbox = typeof createSandbox

/** `anky verify`: judges every file, prints as it goes and gives the exit code. Throws `ERR_CLI_…` before the first one. */
export async function verifyFiles(
  given: VerifyArguments,
  io: CliIo,
  open: OpenSandbox = createSandbox,
): Promise<number> {
  const task = await prepareTask(given, io)
  const size = Math.min(8, availableParallelism())
  const source = given.online ? createOnlineSource(io) : null
  const sandbox = open({ size, source })
  try {
    const summary = new Summary()
    const progress = new Progress(io.stderr)
    for await (const report of judgeInOrder(sandbox, task, listFiles(given.paths), size * AHEAD)) {
      summary.add(report)
      if (!given.json || io.stdout.isTTY) progress.clear()
      await writeOut(io.stdout, given.json ? describeAsJson(report) : describeReport(report))
      progress.show(summary, performance.now())
    }
    progress.clear()
    if (summary.total === 0) throw new CliError('ERR_CLI_FILES_NONE')
    if (!given.json) await writeOut(io.stdout, summary.describe())
    return summary.exitCode()
  } finally {
    await sandbox.close()
  }
}

type CommonTask = Omit<VerifyTask, 'file'>

async function prepareTask(given: VerifyArguments, { clock }: CliIo): Promise<CommonTask> {
  return {
    context: { anchors: await readTrust(given.trust), evidence: await readEvidence(given.data) },
    detached: await readDetached(given.detached),
    evidenceRecords: await Promise.all(given.evidence.map((path) => readGiven('--evidence', path))),
    policy: await readPolicy(given.policy),
    at: given.at ?? clock(),
    ...(given.passwordFile !== null && { password: await readPassword(given.passwordFile) }),
  }
}

/** Reports in the order of the files, with no more than `ahead` under way. */
async function* judgeInOrder(
  sandbox: Sandbox,
  task: CommonTask,
  files: AsyncIterable<string>,
  ahead: number,
): AsyncGenerator<VerificationReport> {
  const underWay: Promise<VerificationReport>[] = []
  for await (const path of files) {
    const report = sandbox.verify({ ...task, file: { name: path, path } })
    // awaited in its turn; until then a failure waits too
    report.catch(() => {})
    underWay.push(report)
    if (underWay.length >= ahead) yield await underWay.shift()!
  }
  for (const report of underWay) yield await report
}
