import type { Catalogue } from '../formats/index.ts'

/** Everything that the command line itself refuses. */
export const cliMessages = {
  ERR_CLI_COMMAND_MISSING: {
    en: 'Say what to do: anky verify FILE… (anky --help).',
    vi: 'Chưa nêu việc cần làm: anky verify TỆP… (xem anky --help).',
  },
  ERR_CLI_COMMAND_UNKNOWN: {
    en: 'There is no command {command} (anky --help).',
    vi: 'Không có lệnh {command} (xem anky --help).',
  },
  ERR_CLI_COMMAND_UNSUPPORTED: {
    en: 'anky {command} comes with a later version.',
    vi: 'Lệnh anky {command} sẽ có ở phiên bản sau.',
  },
  ERR_CLI_BUNDLE_UNSUPPORTED: {
    en: 'Bundles come with a later version (--bundle); use --trust and --data.',
    vi: 'Gói kiểm tra (--bundle) sẽ có ở phiên bản sau; hãy dùng --trust và --data.',
  },
  ERR_CLI_OPTION_UNKNOWN: { en: 'There is no option {option}.', vi: 'Không có tùy chọn {option}.' },
  ERR_CLI_OPTION_VALUE: {
    en: 'The option {option} is not used like this (anky --help).',
    vi: 'Tùy chọn {option} dùng chưa đúng (xem anky --help).',
  },
  ERR_CLI_OPTION_REPEATED: {
    en: 'The option {option} is given more than once.',
    vi: 'Tùy chọn {option} được nêu nhiều lần.',
  },
  ERR_CLI_TIME: {
    en: '--at takes a date or a time with its zone: 2026-11-25 or 2026-11-25T16:00:00+07:00.',
    vi: '--at nhận ngày, hoặc thời điểm kèm múi giờ: 2026-11-25 hay 2026-11-25T16:00:00+07:00.',
  },
  ERR_CLI_FILES_MISSING: { en: 'No file is named.', vi: 'Chưa nêu tệp cần kiểm tra.' },
  ERR_CLI_FILES_NONE: {
    en: 'There is no file in what was named.',
    vi: 'Không có tệp nào trong thư mục đã nêu.',
  },
  ERR_CLI_POLICY: {
    en: 'There is no policy {name}: {names}, or a file of JSON.',
    vi: 'Không có chính sách {name}: có {names}, hoặc một tệp JSON.',
  },
  ERR_CLI_POLICY_FILE: {
    en: 'The policy {path} cannot be used: {reason}',
    vi: 'Không dùng được chính sách trong {path}: {reason}',
  },
  ERR_CLI_FILE: {
    en: 'The file {path} of {option} cannot be read ({reason}).',
    vi: 'Không đọc được tệp {path} của {option} ({reason}).',
  },
  ERR_CLI_TRUST: {
    en: '{path} holds no certificate that can be read (--trust).',
    vi: 'Không có chứng thư nào đọc được trong {path} (--trust).',
  },
  ERR_CLI_DATA: {
    en: '{path} is no certificate, CRL or OCSP answer (--data).',
    vi: '{path} không phải chứng thư, danh sách thu hồi (CRL) hay phản hồi OCSP (--data).',
  },
  ERR_CLI_DETACHED: {
    en: '--detached {value}: neither a file nor ALGORITHM:BASE64 with a digest of the right length.',
    vi: '--detached {value}: không phải tệp, cũng không phải THUẬT-TOÁN:BASE64 với giá trị băm đúng độ dài.',
  },
  ERR_CLI_NET_ALLOW: {
    en: 'ANKY_NET_ALLOW takes hosts or networks, separated by commas.',
    vi: 'ANKY_NET_ALLOW nhận tên máy hoặc dải mạng, cách nhau bằng dấu phẩy.',
  },
} as const satisfies Catalogue
