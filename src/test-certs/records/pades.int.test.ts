import { expect, it } from 'vitest'
import { describeWith, needs } from '../../../test/support/requirements.ts'
import { judgeWithPdfsig } from '../../signer/pades/testing/judges.ts'
import { plainPdf } from '../../signer/testing/plain-pdf.ts'
import { liveEnvironment as env } from '../testing/environment.ts'
import { buildRecordPki, renewRecord, signRecord } from './pades.ts'

describeWith([needs.pdfsig], 'records in the eyes of pdfsig', () => {
  it('finds both signatures of a renewed record valid', async () => {
    const pki = await buildRecordPki(env)
    const first = await signRecord(pki, plainPdf(), env, { level: 'B-LTA' })
    const second = await signRecord(pki, first, env, { level: 'B-LTA', signer: 'nurse-02' })
    const verdicts = judgeWithPdfsig(await renewRecord(pki, second, env)).map(({ verdict }) => verdict)
    expect(verdicts.filter((verdict) => verdict === 'Signature is Valid.')).toHaveLength(2)
  })
})
