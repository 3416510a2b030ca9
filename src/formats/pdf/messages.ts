import type { Catalogue } from '../error.ts'

export const pdfMessages = {
  ERR_PDF_HEADER: { en: 'The file does not begin as a PDF.', vi: 'Tệp không bắt đầu như một tệp PDF.' },
  ERR_PDF_HEADER_OFFSET: {
    en: 'Bytes stand before the PDF header, and the offsets in the file count them.',
    vi: 'Có byte đứng trước phần đầu của tệp PDF và các vị trí trong tệp tính cả các byte đó.',
  },
  ERR_PDF_STARTXREF: {
    en: 'The end of the file does not say where its cross-reference is (startxref, %%EOF).',
    vi: 'Cuối tệp không cho biết vị trí bảng tham chiếu (startxref, %%EOF).',
  },
  ERR_PDF_XREF_NOT_FOUND: {
    en: 'There is no cross-reference section at offset {offset}, where the file says it is.',
    vi: 'Không có bảng tham chiếu ở vị trí {offset} như tệp đã ghi.',
  },
  ERR_PDF_XREF_TABLE: {
    en: 'The cross-reference table at offset {offset} is malformed.',
    vi: 'Bảng tham chiếu ở vị trí {offset} sai dạng.',
  },
  ERR_PDF_XREF_STREAM: {
    en: 'The cross-reference stream at offset {offset} is malformed.',
    vi: 'Luồng tham chiếu ở vị trí {offset} sai dạng.',
  },
  ERR_PDF_XREF_ENTRY: {
    en: 'The cross-reference entry of object {num} is malformed or points outside the file.',
    vi: 'Mục tham chiếu của đối tượng {num} sai dạng hoặc chỉ ra ngoài tệp.',
  },
  ERR_PDF_XREF_LOOP: {
    en: 'The cross-reference sections form a circle.',
    vi: 'Các bảng tham chiếu nối thành vòng lặp.',
  },
  ERR_PDF_XREF_SIZE: {
    en: '/Size is smaller than in an earlier revision, or than the object numbers in use.',
    vi: '/Size nhỏ hơn phiên bản trước hoặc nhỏ hơn các số đối tượng đang dùng.',
  },
  ERR_PDF_TRAILER: {
    en: 'The trailer at offset {offset} is malformed.',
    vi: 'Phần trailer ở vị trí {offset} sai dạng.',
  },
  ERR_PDF_REVISION_LIMIT: {
    en: 'The file has more than {limit} revisions.',
    vi: 'Tệp có hơn {limit} phiên bản.',
  },
  ERR_PDF_OBJECT_NUMBER_LIMIT: {
    en: 'The object number {num} is above the limit of {limit}.',
    vi: 'Số đối tượng {num} vượt giới hạn {limit}.',
  },
  ERR_PDF_XREF_LIMIT: {
    en: 'The cross-references have more than {limit} subsections.',
    vi: 'Bảng tham chiếu có hơn {limit} phân đoạn.',
  },
  ERR_PDF_XREF_HYBRID: {
    en: 'The cross-reference table and its stream place object {num} differently.',
    vi: 'Bảng tham chiếu và luồng tham chiếu đi kèm chỉ đối tượng {num} tới hai nơi khác nhau.',
  },
  ERR_PDF_SYNTAX: {
    en: 'The PDF syntax is broken at offset {offset}.',
    vi: 'Cú pháp PDF bị hỏng ở vị trí {offset}.',
  },
  ERR_PDF_DEPTH: {
    en: 'PDF objects are nested deeper than {limit}.',
    vi: 'Các đối tượng PDF lồng nhau sâu hơn {limit} lớp.',
  },
  ERR_PDF_REPEATED_KEY: {
    en: 'A dictionary has the key /{key} twice, with two values, of which programs show either.',
    vi: 'Một từ điển có khóa /{key} hai lần với hai giá trị, mỗi phần mềm có thể hiển thị một kiểu.',
  },
  ERR_PDF_VALUE_LIMIT: {
    en: 'An object holds more than {limit} values.',
    vi: 'Một đối tượng chứa hơn {limit} giá trị.',
  },
  ERR_PDF_WORK_LIMIT: {
    en: 'Reading the file needs more work than the limit of {limit} bytes.',
    vi: 'Việc đọc tệp vượt giới hạn {limit} byte phải xử lý.',
  },
  ERR_PDF_OBJECT_HEADER: {
    en: 'The cross-reference of object {num} points to something else.',
    vi: 'Mục tham chiếu của đối tượng {num} chỉ tới nội dung khác.',
  },
  ERR_PDF_OBJECT_END: {
    en: 'Object {num} does not end with endobj.',
    vi: 'Đối tượng {num} không kết thúc bằng endobj.',
  },
  ERR_PDF_STREAM_KEYWORD: {
    en: 'The keyword stream of object {num} is not followed by a line end.',
    vi: 'Từ khóa stream của đối tượng {num} không có dấu xuống dòng theo sau.',
  },
  ERR_PDF_STREAM_LENGTH: {
    en: 'The /Length of the stream {num} is missing or does not lead to endstream.',
    vi: '/Length của luồng {num} bị thiếu hoặc không dẫn tới endstream.',
  },
  ERR_PDF_OBJECT_STREAM: { en: 'The object stream {num} is broken.', vi: 'Luồng đối tượng {num} bị hỏng.' },
  ERR_PDF_OBJECT_STREAM_MEMBER: {
    en: 'Object {num} is not where the cross-reference says in object stream {stream}.',
    vi: 'Đối tượng {num} không nằm trong luồng đối tượng {stream} như bảng tham chiếu đã ghi.',
  },
  ERR_PDF_REFERENCE_CYCLE: {
    en: 'References lead back to object {num} in a circle.',
    vi: 'Các tham chiếu quay vòng về đối tượng {num}.',
  },
  ERR_PDF_FILTER_UNSUPPORTED: {
    en: 'The stream filter {filter} is not supported.',
    vi: 'Chưa hỗ trợ bộ lọc luồng {filter}.',
  },
  ERR_PDF_FILTER_DATA: {
    en: 'The data of a stream does not fit its filter {filter}.',
    vi: 'Dữ liệu của luồng không khớp với bộ lọc {filter}.',
  },
  ERR_PDF_FILTER_PARAMETERS: {
    en: 'The filters of a stream or their parameters are malformed.',
    vi: 'Bộ lọc của luồng hoặc tham số của bộ lọc sai dạng.',
  },
  ERR_PDF_INFLATE_LIMIT: {
    en: 'Unpacked, the streams exceed the limit of {limit} bytes.',
    vi: 'Khi giải nén, các luồng vượt giới hạn {limit} byte.',
  },
  ERR_PDF_CATALOG: {
    en: 'The document catalogue (/Root) is missing or malformed.',
    vi: 'Danh mục tài liệu (/Root) bị thiếu hoặc sai dạng.',
  },
  ERR_PDF_PAGE_TREE: {
    en: 'The page tree is broken: {reason}.',
    vi: 'Cây trang của tài liệu bị hỏng ({reason}).',
  },
  ERR_PDF_PAGE_NOT_FOUND: { en: 'The document has no page {page}.', vi: 'Tài liệu không có trang {page}.' },
  ERR_PDF_PAGE_BOX: {
    en: 'Page {page} has no /MediaBox, or one without an area.',
    vi: 'Trang {page} không có /MediaBox hoặc /MediaBox không có diện tích.',
  },
  ERR_PDF_FIELD_TREE: {
    en: 'The form tree is broken: {reason}.',
    vi: 'Cây biểu mẫu của tài liệu bị hỏng ({reason}).',
  },
  ERR_PDF_FIELD_LIMIT: {
    en: 'The form has more than {limit} fields and widgets.',
    vi: 'Biểu mẫu có hơn {limit} trường và ô hiển thị.',
  },
  ERR_PDF_SIGNATURE_LIMIT: {
    en: 'The file has more than {limit} signatures.',
    vi: 'Tệp có hơn {limit} chữ ký.',
  },
  ERR_PDF_ENCRYPT_DICTIONARY: {
    en: 'The encryption settings (/Encrypt) are damaged: {entry}.',
    vi: 'Thiết lập mã hóa (/Encrypt) bị hỏng: {entry}.',
  },
  ERR_PDF_ENCRYPTION_UNSUPPORTED: {
    en: 'The encryption method is not supported: {method}.',
    vi: 'Chưa hỗ trợ phương thức mã hóa: {method}.',
  },
  ERR_PDF_PUBLIC_KEY_SECURITY_UNSUPPORTED: {
    en: 'The file is encrypted for certificates (public-key security), which is not supported.',
    vi: 'Tệp được mã hóa bằng chứng thư (bảo mật khóa công khai), hiện chưa hỗ trợ.',
  },
  ERR_PDF_PASSWORD_REQUIRED: {
    en: 'The file is encrypted and opens only with a password.',
    vi: 'Tệp được mã hóa và chỉ mở được bằng mật khẩu.',
  },
  ERR_PDF_PASSWORD_INCORRECT: {
    en: 'The password does not open the file.',
    vi: 'Mật khẩu không mở được tệp.',
  },
  ERR_PDF_PERMISSIONS: {
    en: 'The permissions of the encrypted file were altered (/Perms does not agree with /P).',
    vi: 'Quyền hạn của tệp mã hóa đã bị sửa (/Perms không khớp với /P).',
  },
  ERR_PDF_DECRYPT: {
    en: 'A string or stream of object {num} cannot be decrypted.',
    vi: 'Không giải mã được một chuỗi hoặc luồng của đối tượng {num}.',
  },
  ERR_PDF_NUMBER: {
    en: 'A number is too large to be written in a PDF, or is none.',
    vi: 'Có giá trị số quá lớn hoặc không hợp lệ nên không ghi được vào tệp PDF.',
  },
  ERR_PDF_UPDATE_LENIENT: {
    en: 'A file that was read leniently cannot be updated.',
    vi: 'Không thể cập nhật tệp được đọc ở chế độ khoan dung.',
  },
  ERR_PDF_OFFSET_LIMIT: {
    en: 'The file would be longer than the {limit} bytes that its cross-references can address.',
    vi: 'Tệp sẽ dài hơn {limit} byte, vượt mức mà bảng tham chiếu của tệp có thể biểu diễn.',
  },
} as const satisfies Catalogue
