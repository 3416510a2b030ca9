import type { AnkyError } from '../../formats/index.ts'
import { heads } from './phrases.ts'
import type { VerificationReport } from './schema.ts'

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
  return {
    file: unjudged.file,
    verdict: 'unreadable',
    sentence: {
      vi: `${heads.unreadable.vi} – ${clause(messageVi)}; hãy xin lại tệp từ nơi gửi.`,
      en: `${heads.unreadable.en} – ${clause(message)}; ask whoever sent the file for it again.`,
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

/** A message as part of a sentence. */
const clause = (text: string): string => {
  const bare = text.replace(/\.$/, '')
  return /^\p{Lu}\p{Ll}/u.test(bare) ? bare.charAt(0).toLowerCase() + bare.slice(1) : bare
}
