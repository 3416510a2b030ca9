import type { Catalogue } from '../formats/index.ts'
import { findingMessages } from './finding-messages.ts'
import { pathMessages } from './path-messages.ts'
import { engineMessages } from './reason-messages.ts'

export { findingMessages }

/** What keeps a file from being judged at all. */
export const verifierMessages = {
  ERR_VERIFIER_FORMAT_UNKNOWN: {
    en: 'This is no PDF, no signature (CMS), no time-stamp token and no evidence record.',
    vi: 'Tệp không phải PDF, chữ ký (CMS), dấu thời gian hay hồ sơ chứng cứ.',
  },
  ERR_VERIFIER_SIGNATURE_UNREACHABLE: {
    en: 'The file holds a signature that its form does not lead to: it was damaged or taken out.',
    vi: 'Tệp có chữ ký mà biểu mẫu của tệp không dẫn tới: chữ ký đã bị hỏng hoặc bị gỡ.',
  },
  ERR_VERIFIER_UNEXPECTED: {
    en: 'Judging the file failed in a way that should not be possible ({what}).',
    vi: 'Việc kiểm tra tệp gặp lỗi ngoài dự kiến ({what}).',
  },
  ERR_VERIFIER_POLICY_UNKNOWN: {
    en: 'There is no built-in policy {name}; there are {names}.',
    vi: 'Không có chính sách dựng sẵn {name}; hiện có {names}.',
  },
  ERR_VERIFIER_POLICY_INVALID: {
    en: 'The policy is wrong at {path}: {problem}.',
    vi: 'Chính sách sai tại {path}: {problem}.',
  },
} as const satisfies Catalogue

/** Reasons of conclusions (`Reason.code`); filled with the reason's details. */
export const reasonMessages = { ...engineMessages, ...pathMessages, ...findingMessages } satisfies Catalogue

/** Every reason that a conclusion can give. */
export type ReasonCode = keyof typeof reasonMessages
