import type { Catalogue } from '../src/formats/index.ts'

export const conformanceMessages = {
  ERR_CONFORMANCE_VECTORS_ABSENT: {
    en: 'The third-party vectors are not here: set VECTORS_DIR to their folder ({path} is missing).',
    vi: 'Chưa có bộ dữ liệu kiểm thử: hãy đặt VECTORS_DIR trỏ tới thư mục của bộ dữ liệu (thiếu {path}).',
  },
  ERR_CONFORMANCE_SUITE_UNKNOWN: {
    en: 'There is no suite {suite}; there are {suites}.',
    vi: 'Không có bộ kiểm thử {suite}; hiện có {suites}.',
  },
  ERR_CONFORMANCE_CASES: {
    en: 'Line {line} of {path} is no case.',
    vi: 'Dòng {line} của {path} không phải là một ca kiểm thử.',
  },
  ERR_CONFORMANCE_CHILD: {
    en: 'The process that judged {id} ended without an answer.',
    vi: 'Tiến trình kiểm tra ca {id} kết thúc mà không có kết quả.',
  },
} as const satisfies Catalogue
