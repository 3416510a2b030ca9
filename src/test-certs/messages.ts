import type { Catalogue } from '../formats/index.ts'

export const testCertsMessages = {
  ERR_TEST_PKI_DATE: {
    en: "'{value}' is not a relative date such as '-30d' or '+2y'.",
    vi: "'{value}' không phải là ngày tương đối kiểu '-30d' hay '+2y'.",
  },
  ERR_TEST_PKI_ENTITY_UNKNOWN: {
    en: "The test PKI has no '{name}'.",
    vi: "PKI thử nghiệm không có mục '{name}'.",
  },
  ERR_TEST_PKI_ENTITY_NAME: {
    en: "'{name}' is no name for an entity: lower-case letters, digits and hyphens, 64 at most.",
    vi: "'{name}' không dùng làm tên được: chỉ gồm chữ thường không dấu, chữ số và gạch nối, tối đa 64 ký tự.",
  },
  ERR_TEST_PKI_ISSUER_LOOP: {
    en: "The issuers of '{name}' go round in a circle.",
    vi: "Các bên cấp chứng thư của '{name}' tạo thành vòng lặp.",
  },
  ERR_TEST_PKI_NOT_A_CA: {
    en: "'{name}' issues no certificates, CRLs or OCSP answers.",
    vi: "'{name}' không cấp chứng thư, CRL hay phản hồi OCSP.",
  },
  ERR_TEST_PKI_KEY_EXTERNAL: {
    en: "The private key of '{name}' is not held here.",
    vi: "Khóa bí mật của '{name}' không nằm ở đây.",
  },
  ERR_TEST_PKI_KEY_UNSUPPORTED: {
    en: 'A key of this kind cannot sign here: {kind}.',
    vi: 'Không ký được bằng loại khóa này: {kind}.',
  },
  ERR_TEST_PKI_OCSP_REQUEST: {
    en: 'The OCSP request cannot be read.',
    vi: 'Không đọc được yêu cầu OCSP.',
  },
  ERR_TEST_PKI_FOLDER: {
    en: 'The folder of the test PKI is incomplete or damaged: {file}.',
    vi: 'Thư mục PKI thử nghiệm thiếu hoặc hỏng tệp: {file}.',
  },
  ERR_TEST_PKI_KEY_FILE_MODE: {
    en: 'The key file {file} may be read by others (mode {mode}); it must be 0600.',
    vi: 'Người khác có thể đọc tệp khóa {file} (quyền {mode}); quyền phải là 0600.',
  },
  ERR_TEST_PKI_STATUS_FILE: {
    en: 'status.json cannot be read: {reason}.',
    vi: 'Không đọc được status.json: {reason}.',
  },
  ERR_TEST_PKI_BEHAVIOUR: {
    en: "The responders do not know this behaviour: '{value}'.",
    vi: "Máy trả lời thử nghiệm không biết cách cư xử '{value}'.",
  },
  ERR_TEST_PKI_PORT: {
    en: 'The responders cannot listen on port {port}.',
    vi: 'Máy trả lời thử nghiệm không mở được cổng {port}.',
  },
} as const satisfies Catalogue
