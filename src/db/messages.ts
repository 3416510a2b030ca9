import type { Catalogue } from '../formats/index.ts'

/** The catalogue of everything that can go wrong with the database. */
export const dbMessages = {
  ERR_DB_UNAVAILABLE: {
    en: 'The database is out of reach.',
    vi: 'Không kết nối được cơ sở dữ liệu.',
  },
  ERR_DB_TIMEOUT: {
    en: 'The database did not answer in time.',
    vi: 'Cơ sở dữ liệu không trả lời kịp thời hạn.',
  },
  ERR_DB_FULL: {
    en: "The database's disk is full.",
    vi: 'Ổ đĩa của cơ sở dữ liệu đã đầy.',
  },
  ERR_DB_CLOSED: { en: 'The database connection was closed.', vi: 'Kết nối cơ sở dữ liệu đã đóng.' },
  ERR_DB_FAILED: {
    en: 'The database refused a statement ({sqlState}).',
    vi: 'Cơ sở dữ liệu từ chối một câu lệnh ({sqlState}).',
  },

  ERR_DB_URL_INVALID: {
    en: '{variable} is not a PostgreSQL address of the form postgres://user:password@host:port/database.',
    vi: '{variable} không phải địa chỉ PostgreSQL dạng postgres://user:password@host:port/database.',
  },
  ERR_DB_OWNER_WITHOUT_URL: {
    en: 'DATABASE_OWNER_URL is set, but DATABASE_URL is not.',
    vi: 'Đã đặt DATABASE_OWNER_URL nhưng chưa đặt DATABASE_URL.',
  },
  ERR_DB_AUTHENTICATION: {
    en: 'PostgreSQL does not let this user in ({sqlState}).',
    vi: 'PostgreSQL không cho người dùng này đăng nhập ({sqlState}).',
  },
  ERR_DB_DATABASE_MISSING: {
    en: 'There is no such database on this PostgreSQL server.',
    vi: 'Máy chủ PostgreSQL không có cơ sở dữ liệu này.',
  },
  ERR_DB_VERSION: {
    en: 'PostgreSQL {version} is too old; 15 or later is needed.',
    vi: 'PostgreSQL {version} quá cũ; cần phiên bản 15 trở lên.',
  },
  ERR_DB_ENCODING: {
    en: 'The database must be encoded in UTF8, not {encoding}.',
    vi: 'Cơ sở dữ liệu phải dùng bảng mã UTF8, không phải {encoding}.',
  },
  ERR_DB_EMBEDDED_OPEN: {
    en: 'The embedded database in the data folder cannot be opened.',
    vi: 'Không mở được cơ sở dữ liệu nhúng trong thư mục dữ liệu.',
  },
  ERR_DB_OTHER_DATA_FOLDER: {
    en: 'This database belongs to another data folder: it speaks of keys that are not here.',
    vi: 'Cơ sở dữ liệu này thuộc về một thư mục dữ liệu khác: các khóa của nó không có ở đây.',
  },

  ERR_DB_SCHEMA_NEWER: {
    en: 'The database was made by a newer version of this program (migration {found}, known up to {known}).',
    vi: 'Cơ sở dữ liệu do phiên bản mới hơn của chương trình tạo ra (migration {found}, chỉ biết đến {known}).',
  },
  ERR_DB_SCHEMA_MISSING: {
    en: 'DATABASE_URL leads to a database without our tables; DATABASE_OWNER_URL leads to another one.',
    vi: 'DATABASE_URL trỏ đến cơ sở dữ liệu chưa có bảng; DATABASE_OWNER_URL trỏ đến cơ sở dữ liệu khác.',
  },
  ERR_DB_MIGRATION_CHANGED: {
    en: 'Migration {name} was applied with other contents than it has now.',
    vi: 'Nội dung migration {name} đã khác với lúc được áp dụng.',
  },
  ERR_DB_MIGRATION_FAILED: {
    en: 'Migration {name} failed; nothing of it was kept.',
    vi: 'Migration {name} không thành công; không có thay đổi nào được giữ lại.',
  },
  ERR_DB_ROLE_MISSING: {
    en: 'The role anky_service is missing or not granted. As an administrator of PostgreSQL run: {sql}',
    vi: 'Thiếu vai trò anky_service hoặc chưa được cấp. Hãy chạy với quyền quản trị PostgreSQL: {sql}',
  },
  ERR_DB_ROLE_TOO_STRONG: {
    en: 'The role anky_service owns our tables, is a superuser or bypasses row-level security.',
    vi: 'Vai trò anky_service đang sở hữu bảng dữ liệu, là superuser hoặc bỏ qua được row-level security.',
  },

  ERR_DB_VALUE_INVALID: {
    en: 'A value cannot be stored ({field}).',
    vi: 'Có giá trị không lưu được ({field}).',
  },
  ERR_DB_DUPLICATE: {
    en: 'There is such a row already ({constraint}).',
    vi: 'Dữ liệu này đã tồn tại ({constraint}).',
  },
  ERR_DB_REFERENCE_MISSING: {
    en: 'The row refers to something this hospital does not have ({constraint}).',
    vi: 'Dữ liệu trỏ đến đối tượng mà bệnh viện này không có ({constraint}).',
  },
  ERR_DB_NOT_FOUND: { en: 'There is no such {what}.', vi: 'Không tìm thấy đối tượng ({what}).' },
  ERR_DB_INTENT_NOT_RUNNING: {
    en: 'The intent is not running: it was completed or voided, or never begun.',
    vi: 'Ý định ký không còn hiệu lực: đã hoàn tất, đã hủy hoặc chưa từng được tạo.',
  },
  ERR_DB_REQUEST_NOT_RUNNING: {
    en: 'The idempotent request is not running: it was answered, or never begun.',
    vi: 'Yêu cầu theo Idempotency-Key không còn đang xử lý: đã được trả lời hoặc chưa từng bắt đầu.',
  },
  ERR_DB_PIN_MISSING: {
    en: 'The credential has no PIN.',
    vi: 'Chứng thư này chưa được đặt mã PIN.',
  },
  ERR_DB_PIN_LOCKED: { en: 'The PIN is locked.', vi: 'Mã PIN đang bị khóa.' },
  ERR_DB_PIN_NOT_LOCKED: { en: 'The PIN is not locked.', vi: 'Mã PIN không bị khóa.' },
  ERR_DB_UNLOCK_ROLE: {
    en: 'The API key does not belong to a person with the role {role}.',
    vi: 'Khóa API không thuộc về người có vai trò {role}.',
  },
  ERR_DB_UNLOCK_SAME_PERSON: {
    en: 'Unlocking a PIN takes two persons; this one has approved already.',
    vi: 'Mở khóa mã PIN cần hai người khác nhau; người này đã duyệt rồi.',
  },
  ERR_DB_SIGNING_REQUEST_COMPLETED: {
    en: 'The signing request was completed with another signature value.',
    vi: 'Yêu cầu ký đã được hoàn tất bằng một giá trị chữ ký khác.',
  },
  ERR_DB_SIGNING_REQUEST_LAPSED: {
    en: 'The signing request has lapsed.',
    vi: 'Yêu cầu ký đã hết hạn.',
  },
} as const satisfies Catalogue
