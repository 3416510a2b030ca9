import type { Catalogue } from '../formats/index.ts'

/** What the sandbox itself says, in place of a verdict or of an answer. */
export const sandboxMessages = {
  ERR_SANDBOX_LIMIT: {
    en: 'Judging the file needed more than it is allowed ({what}).',
    vi: 'Việc kiểm tra tệp vượt giới hạn cho phép ({what}).',
  },
  ERR_SANDBOX_CRASHED: {
    en: 'The process that judged the file ended ({ending}).',
    vi: 'Tiến trình kiểm tra tệp bị dừng đột ngột ({ending}).',
  },
  ERR_SANDBOX_FILE: {
    en: 'The file cannot be opened or read ({reason}).',
    vi: 'Không mở hoặc đọc được tệp ({reason}).',
  },
  ERR_SANDBOX_FILE_TOO_LARGE: {
    en: 'The file is longer than {limit} bytes.',
    vi: 'Tệp dài hơn {limit} byte.',
  },
  ERR_SANDBOX_START: {
    en: 'The processes that judge files cannot be started ({ending}).',
    vi: 'Không khởi động được tiến trình kiểm tra tệp ({ending}).',
  },
  ERR_SANDBOX_CLOSED: {
    en: 'The processes that judge files were stopped.',
    vi: 'Các tiến trình kiểm tra tệp đã dừng.',
  },
} as const satisfies Catalogue
