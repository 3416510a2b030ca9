import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { EvaluationFile } from './evaluation-file.ts'

export interface GuideOptions {
  readonly evaluation: EvaluationFile
  readonly evaluationPath: string
  /** Of this service, where it speaks TLS: what curl has to trust. */
  readonly tlsCertificateFile: string | null
  /** Why keys are in files, where nobody asked for that. */
  readonly fallback: string | null
}

const sample = fileURLToPath(new URL('../../../samples/don-thuoc.pdf', import.meta.url))

/**
 * What to do next, as commands that work as they stand: from the project's root all of them, those of curl from any folder
 * that can be written to.
 */
export function describeNextSteps(options: GuideOptions): string {
  const { evaluation, evaluationPath, fallback } = options
  const keys =
    evaluation.keys.provider === 'file'
      ? 'trong tệp: phần mềm, không phải HSM (software, not HSM)'
      : `trong token “${evaluation.keys.token}” (${evaluation.keys.module})`
  return [
    '',
    `Ấn Ký đang chạy ở ${evaluation.url}, chế độ đánh giá (evaluation).`,
    `Khóa ký / keys: ${keys}`,
    ...(fallback ? [`  vì không dùng được PKCS#11 / no PKCS#11: ${fallback}`] : []),
    `Khóa API và mã PIN / API keys and PINs: ${evaluationPath}`,
    `Thử trên trình duyệt / try it in a browser: ${evaluation.url}/docs`,
    ...(existsSync(sample) ? steps(options) : []),
    '',
    'Ctrl-C để dừng / to stop.',
    '',
  ].join('\n')
}

function steps({ evaluation, tlsCertificateFile }: GuideOptions): string[] {
  const { url, apiKeys, credentials, trustPath, validationDataPath } = evaluation
  const seal = credentials.find(({ kind, state }) => kind === 'seal' && state === 'valid')!
  const doctor = credentials.find(
    ({ kind, state, algorithm }) => kind === 'staff' && state === 'valid' && algorithm.startsWith('ecdsa'),
  )!
  const digest = createHash('sha256').update(readFileSync(sample)).digest('hex')
  const curl = tlsCertificateFile ? `curl --cacert ${quote(tlsCertificateFile)}` : 'curl'
  const key = `-H 'Authorization: Bearer ${apiKeys.emr}'`
  const pdf = (path: string): string => `-H 'Content-Type: application/pdf' --data-binary @${quote(path)}`
  const order = JSON.stringify({ credential: doctor.id, documents: [digest], pin: doctor.pin })
  const sign = (id: string, extra: string, output: string): string =>
    `${curl} -sSf ${key} ${extra}${pdf(sample)} '${url}/v1/sign?credential=${id}' -o ${output}`
  return [
    '',
    `1. Ký bằng con dấu / sign with the seal (${seal.holder}):`,
    sign(seal.id, '', 'don-thuoc-dong-dau.pdf'),
    '',
    '2. Kiểm tra chữ ký qua dịch vụ / have it judged by the service ("verdict":"passed"):',
    `${curl} -sSf ${key} ${pdf('don-thuoc-dong-dau.pdf')} '${url}/v1/verifications'`,
    '',
    '3. Kiểm tra không cần dịch vụ hay mạng / judge it without service or network:',
    `npx anky verify --trust ${quote(trustPath)} --data ${quote(validationDataPath)} don-thuoc-dong-dau.pdf`,
    '',
    `Ký với tư cách bác sĩ, bằng mã PIN / sign as a doctor, with a PIN (${doctor.holder}):`,
    `ACTIVATION=$(${curl} -sSf ${key} -H 'Content-Type: application/json' -d '${order}' ${url}/v1/activations | sed 's/.*"activation": *"\\([^"]*\\)".*/\\1/')`,
    sign(doctor.id, '-H "Anky-Activation: $ACTIVATION" ', 'don-thuoc-bac-si.pdf'),
  ]
}

const quote = (text: string): string =>
  /^[\w./@-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`
