import type { Catalogue } from '../formats/index.ts'

/** The catalogue of everything that can keep the service from starting. */
export const mainMessages = {
  ERR_CONFIG_UNKNOWN_VARIABLE: {
    en: 'The environment variable {name} is not known. Did you mean {nearest}?',
    vi: 'Không có biến môi trường {name}. Ý bạn là {nearest}?',
  },
  ERR_CONFIG_INVALID: {
    en: '{name} has a value that cannot be used: {expected} is needed.',
    vi: 'Giá trị của {name} không dùng được: cần {expected}.',
  },
  ERR_CONFIG_PROFILE_UNSUPPORTED: {
    en: 'ANKY_PROFILE=production is not supported by this version; it serves the evaluation profile only.',
    vi: 'Phiên bản này chưa hỗ trợ ANKY_PROFILE=production, chỉ chạy ở chế độ đánh giá (evaluation).',
  },
  ERR_CONFIG_HOST_EXPOSED: {
    en: 'HOST={host} can be reached by others: set ANKY_TLS_CERT_FILE and ANKY_TLS_KEY_FILE, or ANKY_TRUSTED_PROXY if a proxy encrypts.',
    vi: 'Máy khác truy cập được HOST={host}: cần đặt ANKY_TLS_CERT_FILE và ANKY_TLS_KEY_FILE, hoặc ANKY_TRUSTED_PROXY nếu có proxy mã hóa.',
  },
  ERR_CONFIG_TLS_INCOMPLETE: {
    en: 'ANKY_TLS_CERT_FILE and ANKY_TLS_KEY_FILE are needed together; {missing} is not set.',
    vi: 'Phải đặt cả ANKY_TLS_CERT_FILE và ANKY_TLS_KEY_FILE; đang thiếu {missing}.',
  },
  ERR_CONFIG_FILE: {
    en: 'The file {path} that {name} names cannot be read.',
    vi: 'Không đọc được tệp {path} ghi ở {name}.',
  },
  ERR_CONFIG_TLS: {
    en: 'The certificate of ANKY_TLS_CERT_FILE and the key of ANKY_TLS_KEY_FILE cannot be used together.',
    vi: 'Chứng thư ở ANKY_TLS_CERT_FILE và khóa ở ANKY_TLS_KEY_FILE không dùng được với nhau.',
  },
  ERR_CONFIG_TRUST_FILE: {
    en: 'ANKY_TRUST: {path} holds no certificate that can be read.',
    vi: 'ANKY_TRUST: {path} không có chứng thư nào đọc được.',
  },
  ERR_CONFIG_PIN_FILE_REQUIRED: {
    en: 'ANKY_PKCS11_MODULE names a module of your own, so ANKY_PKCS11_PIN_FILE must name the file with its PIN.',
    vi: 'ANKY_PKCS11_MODULE là mô-đun riêng của bạn nên phải đặt ANKY_PKCS11_PIN_FILE là tệp chứa mã PIN.',
  },
  ERR_MAIN_DATA_FOLDER: {
    en: 'The data folder {path} cannot be made or written to.',
    vi: 'Không tạo hoặc không ghi được vào thư mục dữ liệu {path}.',
  },
  ERR_MAIN_DATA_FOLDER_DAMAGED: {
    en: 'The file {path} in the data folder is damaged.',
    vi: 'Tệp {path} trong thư mục dữ liệu bị hỏng.',
  },
  ERR_MAIN_DATA_FOLDER_LOCKED: {
    en: 'The data folder {path} is in use by another Ấn Ký (process {pid}). Stop it first, or set ANKY_DATA to another folder.',
    vi: 'Thư mục dữ liệu {path} đang được một Ấn Ký khác dùng (tiến trình {pid}). Hãy dừng tiến trình đó, hoặc đặt ANKY_DATA là thư mục khác.',
  },
  ERR_MAIN_KEYS_ELSEWHERE: {
    en: 'The keys of this data folder are of the kind {kept}, but {wanted} is configured. Use another data folder for other keys.',
    vi: 'Khóa của thư mục dữ liệu này thuộc loại {kept}, nhưng cấu hình là {wanted}. Hãy dùng thư mục dữ liệu khác cho khóa khác.',
  },
  ERR_MAIN_KEYS_UNAVAILABLE: {
    en: 'The keys of this data folder are in a PKCS#11 token, which cannot be used now: {reason}.',
    vi: 'Khóa của thư mục dữ liệu này nằm trong thiết bị PKCS#11, hiện không dùng được: {reason}.',
  },
  ERR_MAIN_KEYS_GONE: {
    en: 'Keys of this data folder are gone: {what}. Put them back, name the token that has them, or delete the whole folder to start afresh.',
    vi: 'Khóa của thư mục dữ liệu này không còn: {what}. Hãy khôi phục, chỉ đúng thiết bị (token) đang giữ khóa, hoặc xóa cả thư mục để bắt đầu lại.',
  },
  ERR_MAIN_DATABASE_GONE: {
    en: 'The database of this data folder is gone: {path}. Put it back, set DATABASE_URL if it is in PostgreSQL, or delete the whole folder to start afresh.',
    vi: 'Cơ sở dữ liệu của thư mục này không còn: {path}. Hãy khôi phục, đặt DATABASE_URL nếu dữ liệu ở PostgreSQL, hoặc xóa cả thư mục để bắt đầu lại.',
  },
  ERR_MAIN_PKCS11_UNAVAILABLE: {
    en: 'PKCS#11 was asked for but cannot be used: {reason}.',
    vi: 'Cấu hình yêu cầu PKCS#11 nhưng không dùng được: {reason}.',
  },
  ERR_MAIN_PORT: {
    en: 'The service cannot listen on {host}:{port}: {reason}. Set PORT to another port.',
    vi: 'Không mở được cổng {host}:{port}: {reason}. Hãy đặt PORT là cổng khác.',
  },
  ERR_MAIN_RESPONDERS: {
    en: 'The evaluation time-stamping and revocation responders did not start on port {port}, which the evaluation certificates name: {reason}.',
    vi: 'Máy chủ cấp dấu thời gian và tra cứu thu hồi dùng để đánh giá không chạy được ở cổng {port} mà chứng thư đã ghi: {reason}.',
  },

  ERR_HTTP_STARTING: { en: 'The service is starting.', vi: 'Dịch vụ đang khởi động.' },
  ERR_HTTP_MALFORMED: { en: 'The request is not HTTP.', vi: 'Yêu cầu không đúng giao thức HTTP.' },
  ERR_HTTP_HEADERS_TOO_LARGE: {
    en: 'The headers of the request are too long.',
    vi: 'Phần tiêu đề của yêu cầu quá dài.',
  },
  ERR_HTTP_UNEXPECTED: {
    en: 'Something went wrong that should not have; the log says what.',
    vi: 'Đã xảy ra lỗi ngoài dự kiến; xem nhật ký để biết chi tiết.',
  },
  ERR_HTTP_TIMEOUT: { en: 'The request did not arrive in time.', vi: 'Yêu cầu không đến kịp thời hạn.' },
} as const satisfies Catalogue
