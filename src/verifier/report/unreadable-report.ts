import type { AnkyError } from '../../formats/index.ts'
import { heads } from './phrases.ts'
import type { ReportText, VerificationReport } from './schema.ts'

/** What stays known where a file could not be judged. */
export interface UnjudgedFile {
  readonly file: string | null
  readonly policy: { readonly name: string; readonly digest: string }
  readonly context: string
  /** ISO 8601. */
  readonly at: string
}

/** The report on a file that could not be read; it says nothing of any signature. */
export function unreadableReport(
  unjudged: UnjudgedFile,
  error: Pick<AnkyError, 'code' | 'message' | 'messageVi'>,
): VerificationReport {
  const { code, message, messageVi } = error
  const next = nextStep(code)
  return {
    file: unjudged.file,
    verdict: 'unreadable',
    sentence: {
      vi: `${heads.unreadable.vi} – ${clause(messageVi)}; ${next.vi}.`,
      en: `${heads.unreadable.en} – ${clause(message)}; ${next.en}.`,
    },
    signatures: [],
    timestamps: [],
    evidenceRecords: [],
    forgiven: [],
    policy: { name: unjudged.policy.name, digest: unjudged.policy.digest },
    context: { digest: unjudged.context },
    at: unjudged.at,
    error: { code, messageVi, messageEn: message },
  }
}

const askAgain: ReportText = {
  vi: 'hãy xin lại tệp từ nơi gửi',
  en: 'ask whoever sent the file for it again',
}

/** What to do next, by the beginning of the code; the first that fits. */
const nextSteps: readonly (readonly [string, ReportText])[] = [
  [
    'ERR_PDF_PASSWORD',
    {
      vi: 'hãy kiểm tra lại kèm mật khẩu (--password-file)',
      en: 'judge it again with its password (--password-file)',
    },
  ],
  [
    'ERR_VERIFIER_FORMAT_UNKNOWN',
    { vi: 'hãy chọn đúng tệp đã ký', en: 'choose the file that was signed, or its signature' },
  ],
  [
    'ERR_SANDBOX_FILE',
    {
      vi: 'hãy xem lại đường dẫn, quyền đọc và kích thước tệp',
      en: "look at the file's path, permissions and size",
    },
  ],
  [
    'ERR_SANDBOX_LIMIT',
    {
      vi: 'tệp có thể được tạo để gây hại, hãy hỏi nơi gửi',
      en: 'the file may be made to do harm; ask whoever sent it',
    },
  ],
]

const nextStep = (code: string): ReportText =>
  nextSteps.find(([beginning]) => code.startsWith(beginning))?.[1] ?? askAgain

/** A message as part of a sentence. */
const clause = (text: string): string => {
  const bare = text.replace(/\.$/, '')
  return /^\p{Lu}\p{Ll}/u.test(bare) ? bare.charAt(0).toLowerCase() + bare.slice(1) : bare
}
