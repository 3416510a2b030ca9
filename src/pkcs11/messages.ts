import type { Catalogue } from '../formats/index.ts'

/** The catalogue of everything that can go wrong with keys in tokens and in files. */
export const pkcs11Messages = {
  ERR_P11_ADDON_MISSING: {
    en: 'The PKCS#11 addon (pkcs11js) is not installed or was not built for this machine.',
    vi: 'Thành phần PKCS#11 (pkcs11js) chưa được cài hoặc chưa được biên dịch cho máy này.',
  },
  ERR_P11_MODULE_LOAD: {
    en: 'The PKCS#11 module {module} cannot be loaded.',
    vi: 'Không nạp được mô-đun PKCS#11 {module}.',
  },
  ERR_P11_MODULE_INITIALIZE: {
    en: 'The PKCS#11 module {module} refuses to start ({ckr}).',
    vi: 'Mô-đun PKCS#11 {module} không khởi động được ({ckr}).',
  },
  ERR_P11_CHILD_START: {
    en: 'The process that holds the PKCS#11 module did not start.',
    vi: 'Tiến trình giữ mô-đun PKCS#11 không khởi động được.',
  },
  ERR_P11_CHILD_DIED: {
    en: 'The process that holds the PKCS#11 module ended during the call; it is being started again.',
    vi: 'Tiến trình giữ mô-đun PKCS#11 bị dừng giữa chừng và đang được khởi động lại.',
  },
  ERR_P11_DEADLINE: {
    en: 'The token did not answer within {deadlineMs} ms.',
    vi: 'Thiết bị lưu khóa không trả lời trong {deadlineMs} ms.',
  },
  ERR_P11_BUSY: {
    en: 'Too many calls ({waiting}) already wait for the token.',
    vi: 'Đã có quá nhiều yêu cầu ({waiting}) đang chờ thiết bị lưu khóa.',
  },
  ERR_P11_CLOSED: { en: 'The key provider is closed.', vi: 'Nguồn khóa đã đóng.' },

  ERR_P11_TOKEN_ABSENT: {
    en: 'The token is not there.',
    vi: 'Không thấy thiết bị lưu khóa (token).',
  },
  ERR_P11_TOKEN_AMBIGUOUS: {
    en: '{count} tokens match; name one by its label.',
    vi: 'Có {count} thiết bị lưu khóa cùng phù hợp; hãy chỉ rõ nhãn của thiết bị cần dùng.',
  },
  ERR_P11_TOKEN_CHANGED: {
    en: 'Another token answers to this label: its serial number differs.',
    vi: 'Thiết bị đang cắm có cùng nhãn nhưng khác số sê-ri với thiết bị ban đầu.',
  },
  ERR_P11_TOKEN_REMOVED: {
    en: 'The token was removed during the call ({ckr}).',
    vi: 'Thiết bị lưu khóa bị rút ra giữa chừng ({ckr}).',
  },
  ERR_P11_TOKEN_UNRECOGNIZED: {
    en: 'The token is not initialised or not of a kind the module knows ({ckr}).',
    vi: 'Thiết bị lưu khóa chưa được khởi tạo hoặc mô-đun không nhận ra ({ckr}).',
  },
  ERR_P11_TOKEN_LABEL: {
    en: 'The label of a token has 1 to 32 bytes.',
    vi: 'Nhãn của thiết bị lưu khóa phải có từ 1 đến 32 byte.',
  },
  ERR_P11_TOKEN_READ_ONLY: {
    en: 'The token cannot be written to ({ckr}).',
    vi: 'Thiết bị lưu khóa không cho ghi ({ckr}).',
  },
  ERR_P11_TOKEN_FULL: {
    en: 'The token or its module is out of memory ({ckr}).',
    vi: 'Thiết bị lưu khóa hoặc mô-đun của nó hết bộ nhớ ({ckr}).',
  },

  ERR_P11_PIN_FILE_MISSING: {
    en: 'The file with the PIN or passphrase cannot be read.',
    vi: 'Không đọc được tệp chứa mã PIN hoặc mật khẩu.',
  },
  ERR_P11_PIN_FILE_MODE: {
    en: 'The file with the PIN or passphrase may be read by others (mode {mode}); it must be 0600.',
    vi: 'Người khác có thể đọc tệp chứa mã PIN hoặc mật khẩu (quyền {mode}); quyền phải là 0600.',
  },
  ERR_P11_PIN_FORMAT: {
    en: 'The PIN or passphrase is empty, not UTF-8, or holds control characters.',
    vi: 'Mã PIN hoặc mật khẩu bị trống, không phải UTF-8, hoặc có ký tự điều khiển.',
  },
  ERR_P11_PIN_LENGTH: {
    en: 'The PIN is shorter or longer than the token allows ({min} to {max} bytes).',
    vi: 'Mã PIN ngắn hoặc dài hơn mức thiết bị cho phép (từ {min} đến {max} byte).',
  },
  ERR_P11_PIN_INCORRECT: {
    en: 'The token refused the PIN. It will not be tried again until the PIN file changes.',
    vi: 'Thiết bị từ chối mã PIN. Mã này sẽ không được thử lại cho đến khi tệp PIN thay đổi.',
  },
  ERR_P11_PIN_REJECTED: {
    en: 'The PIN in the file was refused before and is not tried again; correct the file.',
    vi: 'Mã PIN trong tệp đã bị từ chối trước đó nên không được thử lại; hãy sửa tệp.',
  },
  ERR_P11_PIN_FINAL_TRY: {
    en: 'Only one PIN try is left on the token; the service does not use it.',
    vi: 'Thiết bị chỉ còn một lần thử mã PIN; hệ thống không dùng lần thử này.',
  },
  ERR_P11_PIN_LOCKED: { en: 'The PIN of the token is locked.', vi: 'Mã PIN của thiết bị đã bị khóa.' },
  ERR_P11_PIN_EXPIRED: {
    en: 'The PIN has expired or must be set first ({ckr}).',
    vi: 'Mã PIN đã hết hạn hoặc chưa được đặt ({ckr}).',
  },
  ERR_P11_PIN_PAD_UNSUPPORTED: {
    en: 'The token asks for its PIN on its own keypad, which is not supported.',
    vi: 'Thiết bị yêu cầu nhập mã PIN trên bàn phím riêng; hệ thống chưa hỗ trợ cách này.',
  },
  ERR_P11_LOGIN_LOST: {
    en: 'The token has forgotten the login ({ckr}).',
    vi: 'Phiên đăng nhập vào thiết bị đã mất ({ckr}).',
  },
  ERR_P11_LOGIN_CONFLICT: {
    en: 'Another user is logged in to the token ({ckr}).',
    vi: 'Một người dùng khác đang đăng nhập vào thiết bị ({ckr}).',
  },

  ERR_P11_SESSION_LOST: {
    en: 'The session with the token was lost ({ckr}).',
    vi: 'Phiên làm việc với thiết bị đã mất ({ckr}).',
  },
  ERR_P11_SESSION_LIMIT: {
    en: 'The token allows no further session ({ckr}).',
    vi: 'Thiết bị không cho mở thêm phiên làm việc ({ckr}).',
  },
  ERR_P11_DEVICE: {
    en: 'The token or its module reports a fault ({ckr} in {function}).',
    vi: 'Thiết bị hoặc mô-đun của nó báo lỗi ({ckr} tại {function}).',
  },
  ERR_P11_CANCELLED: {
    en: 'The token cancelled the call ({ckr}).',
    vi: 'Thiết bị đã hủy yêu cầu ({ckr}).',
  },
  ERR_P11_MECHANISM_REFUSED: {
    en: 'The token refuses the mechanism or its parameters ({ckr}).',
    vi: 'Thiết bị từ chối cơ chế ký hoặc tham số của nó ({ckr}).',
  },
  ERR_P11_FUNCTION_UNSUPPORTED: {
    en: 'The module does not offer {function} ({ckr}).',
    vi: 'Mô-đun không hỗ trợ {function} ({ckr}).',
  },
  ERR_P11_CALL_FAILED: {
    en: 'The module answered {function} with {ckr}.',
    vi: 'Mô-đun trả lời {function} bằng mã {ckr}.',
  },

  ERR_P11_KEY_NOT_FOUND: { en: 'There is no key {key}.', vi: 'Không có khóa {key}.' },
  ERR_P11_KEY_AMBIGUOUS: {
    en: '{count} private keys carry the identifier {key}.',
    vi: 'Có {count} khóa bí mật cùng mang định danh {key}.',
  },
  ERR_P11_KEY_CHANGED: {
    en: 'The key {key} in the token is no longer the one that was opened.',
    vi: 'Khóa {key} trong thiết bị không còn là khóa đã mở trước đó.',
  },
  ERR_P11_KEY_LOST: {
    en: 'The token no longer knows the key it was asked to use ({ckr}).',
    vi: 'Thiết bị không còn nhận ra khóa được yêu cầu ({ckr}).',
  },
  ERR_P11_KEY_FORBIDDEN: {
    en: 'The token does not let this key sign ({ckr}).',
    vi: 'Thiết bị không cho phép dùng khóa này để ký ({ckr}).',
  },
  ERR_P11_KEY_TYPE_UNSUPPORTED: {
    en: 'Keys of this kind are not supported: {kind}.',
    vi: 'Chưa hỗ trợ loại khóa này: {kind}.',
  },
  ERR_P11_KEY_TOO_WEAK: {
    en: 'The key is too weak to sign with: {kind}.',
    vi: 'Khóa quá yếu nên không được dùng để ký: {kind}.',
  },
  ERR_P11_KEY_PROPERTIES: {
    en: 'The token made a key that is not protected as asked ({attribute}); the key was destroyed.',
    vi: 'Thiết bị tạo ra khóa không được bảo vệ như yêu cầu ({attribute}); khóa đó đã bị hủy.',
  },
  ERR_P11_CHAIN_EMPTY: {
    en: 'A signing key needs its certificate.',
    vi: 'Khóa ký phải đi kèm chứng thư chữ ký số.',
  },
  ERR_P11_CERTIFICATE_MISMATCH: {
    en: 'The certificate belongs to another key than {key}.',
    vi: 'Chứng thư chữ ký số không thuộc về khóa {key}.',
  },
  ERR_P11_CERTIFICATE_UNREADABLE: {
    en: 'The certificate cannot be read.',
    vi: 'Không đọc được chứng thư chữ ký số.',
  },
  ERR_P11_ALGORITHM_UNSUPPORTED: {
    en: 'This key cannot sign with {algorithm}.',
    vi: 'Khóa này không ký được bằng {algorithm}.',
  },
  ERR_P11_SIGNATURE_FORMAT: {
    en: 'The token returned a signature value of the wrong form ({actual} bytes instead of {expected}).',
    vi: 'Thiết bị trả về giá trị chữ ký sai dạng ({actual} byte thay vì {expected}).',
  },
  ERR_P11_SIGNATURE_WRONG: {
    en: 'The token returned a value that does not verify with the certificate; it was thrown away.',
    vi: 'Giá trị ký mà thiết bị trả về không khớp với chứng thư chữ ký số nên đã bị loại bỏ.',
  },

  ERR_P11_FILE_PASSPHRASE: {
    en: 'The key file {key} does not open with the passphrase.',
    vi: 'Tệp khóa {key} không mở được bằng mật khẩu đã cho.',
  },
  ERR_P11_FILE_DAMAGED: { en: 'The key file {key} is damaged.', vi: 'Tệp khóa {key} bị hỏng.' },
  ERR_P11_FILE_FOLDER: {
    en: 'The folder of key files cannot be used.',
    vi: 'Không dùng được thư mục chứa tệp khóa.',
  },
} as const satisfies Catalogue

/** Every way in which a key in a token or file can fail to serve. */
export type Pkcs11ErrorCode = keyof typeof pkcs11Messages
