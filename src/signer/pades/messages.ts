import type { Catalogue } from '../../formats/index.ts'

/** What can go wrong between a PDF document and its signature. */
export const padesMessages = {
  ERR_PADES_FIELD_EXISTING_UNSUPPORTED: {
    en: 'The document has a field of that name already; signing in an existing field is not supported yet.',
    vi: 'Tài liệu đã có trường mang tên này; chưa hỗ trợ ký vào trường có sẵn.',
  },
  ERR_PADES_FIELD_NAME: {
    en: 'A field name has 1 to {limit} characters, without periods and control characters.',
    vi: 'Tên trường phải dài từ 1 đến {limit} ký tự, không có dấu chấm và ký tự điều khiển.',
  },
  ERR_PADES_CERTIFIED: {
    en: 'The document is certified and allows no further signature (DocMDP, P = {permission}).',
    vi: 'Tài liệu đã được chứng nhận và không cho phép ký thêm (DocMDP, P = {permission}).',
  },
  ERR_PADES_FIELDS_LOCKED: {
    en: 'An earlier signature locks all fields; a further one would break it.',
    vi: 'Một chữ ký trước đã khóa mọi trường; ký thêm sẽ làm hỏng chữ ký đó.',
  },
  ERR_PADES_FIELD_LOCKED: {
    en: 'An earlier signature locks the field of that name.',
    vi: 'Một chữ ký trước đã khóa trường mang tên này.',
  },
  ERR_PADES_PERMISSIONS: {
    en: 'The permissions of the encrypted document forbid adding a signature field; its owner password allows it.',
    vi: 'Quyền hạn của tài liệu mã hóa không cho phép thêm trường chữ ký; cần mật khẩu chủ sở hữu.',
  },
  ERR_PADES_USAGE_RIGHTS: {
    en: 'The document has usage rights ({right}) that do not include adding a signature.',
    vi: 'Tài liệu có quyền sử dụng ({right}) không bao gồm việc thêm chữ ký.',
  },
  ERR_PADES_XFA_UNSUPPORTED: {
    en: 'The document is a dynamic XFA form, which cannot be signed.',
    vi: 'Tài liệu là biểu mẫu XFA động, không ký được.',
  },
  ERR_PADES_LOCK_LIMIT: {
    en: 'The earlier signatures refer to more than {limit} locks and fields.',
    vi: 'Các chữ ký trước nêu hơn {limit} mục khóa và trường.',
  },
  ERR_PADES_REVISION_LIMIT: {
    en: 'The document has {limit} revisions, the most there may be.',
    vi: 'Tài liệu đã có {limit} phiên bản, là mức tối đa.',
  },
  ERR_PADES_SIGNATURE_LIMIT: {
    en: 'The document has {limit} signatures, the most there may be.',
    vi: 'Tài liệu đã có {limit} chữ ký, là mức tối đa.',
  },
  ERR_PADES_TEXT_LENGTH: {
    en: '{entry} is longer than {limit} characters.',
    vi: 'Nội dung {entry} dài hơn {limit} ký tự.',
  },
  ERR_PADES_RECTANGLE: {
    en: 'The rectangle of the visible signature has no area or does not lie within the page ({width} × {height} points).',
    vi: 'Khung chữ ký không có diện tích hoặc nằm ngoài trang ({width} × {height} điểm).',
  },
  ERR_PADES_TEXT_DOES_NOT_FIT: {
    en: 'The text of the visible signature does not fit into its rectangle, even at {size} points.',
    vi: 'Nội dung hiển thị không vừa khung chữ ký, kể cả với cỡ chữ {size} điểm.',
  },
  ERR_PADES_GLYPH_MISSING: {
    en: 'The font of the visible signature has no glyph for {codePoint}.',
    vi: 'Phông chữ của chữ ký hiển thị không có ký tự {codePoint}.',
  },
  ERR_PADES_IMAGE_FORMAT: {
    en: 'The image is neither a PNG nor a JPEG file.',
    vi: 'Hình ảnh không phải tệp PNG hoặc JPEG.',
  },
  ERR_PADES_IMAGE_UNSUPPORTED: {
    en: 'Images of this kind are not drawn: {kind}.',
    vi: 'Chưa hỗ trợ loại hình ảnh này: {kind}.',
  },
  ERR_PADES_IMAGE_DAMAGED: {
    en: 'The image is damaged: {part}.',
    vi: 'Hình ảnh bị hỏng: {part}.',
  },
  ERR_PADES_IMAGE_TOO_LARGE: {
    en: 'The image is too large; {bytes} bytes and {pixels} pixels are the most it may have.',
    vi: 'Hình ảnh quá lớn; tối đa {bytes} byte và {pixels} điểm ảnh.',
  },
} as const satisfies Catalogue
