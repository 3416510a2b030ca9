import type { Catalogue } from '../formats/index.ts'

/** What keeps a file from being judged at all. */
export const verifierMessages = {
  ERR_VERIFIER_FORMAT_UNKNOWN: {
    en: 'This is no PDF, no signature (CMS), no time-stamp token and no evidence record.',
    vi: 'Tệp không phải PDF, chữ ký (CMS), dấu thời gian hay hồ sơ chứng cứ.',
  },
  ERR_VERIFIER_UNEXPECTED: {
    en: 'Judging the file failed in a way that should not be possible ({what}).',
    vi: 'Việc kiểm tra tệp gặp lỗi ngoài dự kiến ({what}).',
  },
} as const satisfies Catalogue

/** Reasons of conclusions (`Reason.code`); filled with the reason's details. */
export const reasonMessages = {} as const satisfies Catalogue
