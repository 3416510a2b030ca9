import type { Message } from '../formats/index.ts'
import type { PdfFindingCode } from './collect/pdf/pdf-findings.ts'

/** Departures of a PDF signature's dictionary, and of the file around it. */
export const pdfFindingMessages = {
  PDF_BYTE_RANGE_MISSING: {
    vi: 'Chữ ký không nêu vùng được ký (/ByteRange).',
    en: 'The signature does not say what it signs (/ByteRange).',
  },
  PDF_BYTE_RANGE_MALFORMED: {
    vi: 'Vùng được ký (/ByteRange) không gồm đúng hai đoạn.',
    en: 'What is signed (/ByteRange) is not two ranges.',
  },
  PDF_BYTE_RANGE_START: {
    vi: 'Vùng được ký không bắt đầu từ đầu tệp.',
    en: 'What is signed does not begin with the file.',
  },
  PDF_BYTE_RANGE_BEYOND_END: {
    vi: 'Vùng được ký vượt quá cuối tệp.',
    en: 'What is signed goes beyond the end of the file.',
  },
  PDF_BYTE_RANGE_GAP: {
    vi: 'Phần không được ký không đúng là chỗ chứa chữ ký.',
    en: 'What is left unsigned is not exactly the place of the signature.',
  },
  PDF_BYTE_RANGE_END: {
    vi: 'Vùng được ký không kết thúc cùng một phiên bản của tệp.',
    en: 'What is signed does not end with a revision of the file.',
  },
  PDF_BYTE_RANGE_OVERLAP: {
    vi: 'Hai chữ ký bỏ ngoài phần mà chữ ký kia đã ký.',
    en: 'Two signatures each leave out what the other signs.',
  },
  PDF_CONTENTS_MISSING: {
    vi: 'Trường chữ ký không chứa chữ ký.',
    en: 'The signature field holds no signature.',
  },
  PDF_CONTENTS_NOT_HEXADECIMAL: {
    vi: 'Chữ ký không được ghi dạng thập lục phân.',
    en: 'The signature is not written in hexadecimal.',
  },
  PDF_CONTENTS_COMPRESSED: {
    vi: 'Chữ ký nằm trong luồng nén, không vùng nào chừa ra được.',
    en: 'The signature stands in an object stream, which no range can leave out.',
  },
  PDF_CONTENTS_UNREADABLE: {
    vi: 'Chữ ký trong trường không đọc được.',
    en: 'The signature in the field cannot be read.',
  },
  PDF_CONTENTS_PADDING: {
    vi: 'Sau chữ ký, trong chỗ không được ký, còn dữ liệu thừa.',
    en: 'Bytes stand behind the signature where nothing is signed.',
  },
  PDF_CONTENTS_PADDING_ENCRYPTED: {
    vi: 'Phần trống sau chữ ký đã bị phần mềm ký mã hóa cùng tệp; không ảnh hưởng đến chữ ký.',
    en: 'The empty place behind the signature was encrypted with the file; the signature is not concerned.',
  },
  PDF_SIGNATURE_IN_SEVERAL_FIELDS: {
    vi: 'Nhiều trường dùng chung một chữ ký ({detail}).',
    en: 'Several fields show the same signature ({detail}).',
  },
  PDF_SIGNATURE_RECYCLED: {
    vi: 'Cùng một giá trị chữ ký nằm ở nhiều chỗ ({detail}).',
    en: 'The same signature value stands in several places ({detail}).',
  },
  PDF_TYPE: {
    vi: 'Từ điển chữ ký có /Type không đúng ({detail}).',
    en: 'The signature dictionary has a wrong /Type ({detail}).',
  },
  PDF_SUBFILTER_MISSING: {
    vi: 'Chữ ký không nêu định dạng (/SubFilter).',
    en: 'The signature does not name its format (/SubFilter).',
  },
  PDF_SUBFILTER_UNSUPPORTED: {
    vi: 'Định dạng chữ ký {detail} không được hỗ trợ.',
    en: 'The signature format {detail} is not supported.',
  },
  PDF_SHA1_CONTENT: {
    vi: 'Chữ ký không chứa đúng giá trị băm SHA-1 của tệp.',
    en: 'The signature does not hold the SHA-1 digest of the file.',
  },
  PDF_SEVERAL_SIGNERS: {
    vi: 'Một trường chữ ký chứa nhiều người ký.',
    en: 'One signature field holds several signers.',
  },
  PDF_CLAIMED_TIME_MISSING: {
    vi: 'Chữ ký không nêu thời điểm ký (/M).',
    en: 'The signature does not say when it was made (/M).',
  },
  PDF_CERT_ENTRY: {
    vi: 'Chữ ký PAdES có mục /Cert, mức cơ sở (baseline) của chuẩn không cho phép.',
    en: 'The PAdES signature has a /Cert, which the baseline profile forbids.',
  },
  PDF_REASON_ENTRY: {
    vi: 'Chữ ký có /Reason bên cạnh chính sách hoặc loại cam kết đã ký.',
    en: 'The signature has a /Reason beside a signed policy or commitment type.',
  },
  PDF_SIGNING_TIME_ATTRIBUTE: {
    vi: 'Chữ ký PAdES có thuộc tính signing-time, mức cơ sở (baseline) của chuẩn không cho phép.',
    en: 'The PAdES signature has the attribute signing-time, which the baseline profile forbids.',
  },
  PDF_READ_LENIENTLY: {
    vi: 'Tệp có lỗi cấu trúc và chỉ đọc được khi bỏ qua lỗi ({detail}).',
    en: 'The file is not well-formed and was read leniently ({detail}).',
  },
  PDF_AMBIGUOUS: {
    vi: 'Tệp có thể được đọc theo hai cách khác nhau ({detail}).',
    en: 'The file can be read in two ways ({detail}).',
  },
  PDF_TIME_STAMP_UNREADABLE: {
    vi: 'Một dấu thời gian của tài liệu không đọc được.',
    en: 'A time-stamp of the document cannot be read.',
  },
  PDF_REBUILT: {
    vi: 'Bảng tham chiếu của tệp bị hỏng và phải dựng lại; không rõ đối tượng nào thuộc phiên bản nào.',
    en: 'The cross-references were damaged and made anew: what belongs to which revision is not known.',
  },
  PDF_REVISION_BYPASSED: {
    vi: 'Tệp bỏ qua phiên bản đã ký, hoặc đặt các đối tượng của phiên bản đó ra sau nó.',
    en: 'The file passes over the revision that was signed, or places its objects behind it.',
  },
} as const satisfies Readonly<Record<PdfFindingCode, Message>>
