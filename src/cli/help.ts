export const helpText = `anky verify [tùy chọn / options] TỆP|THƯ-MỤC… (FILE|DIR…)

Kiểm tra chữ ký số mà không cần dịch vụ, cơ sở dữ liệu hay mạng.
Judges digital signatures without service, database or network.

  --trust PEM|DIR             chứng thư gốc được tin cậy; ngoài ra không tin gì khác
                              trusted certificates; nothing else is trusted
  --data FILE|DIR             chứng thư trung gian, CRL, phản hồi OCSP: chứng cứ, không phải nơi tin cậy
                              certificates, CRLs and OCSP answers as evidence, never as trust
  --online                    tra cứu qua mạng những gì còn thiếu / fetch what is missing
  --at TIME                   kiểm tra như vào thời điểm này (mặc định: bây giờ)
                              judge as of this time: 2026-11-25, 2026-11-25T16:00:00+07:00 (default: now)
  --policy NAME|FILE          hospital (mặc định/default), no-revocation, tt15, hoặc tệp JSON / or a JSON file
  --detached FILE|ALG:BASE64  tài liệu của chữ ký tách rời, hoặc giá trị băm (SHA-256:…)
                              what a detached signature is about, or its digest
  --evidence FILE             hồ sơ chứng cứ (RFC 4998) đi kèm / an evidence record beside the signature
  --password-file FILE        mật khẩu mở PDF, ở dòng đầu / password of the PDF, on the first line
  --json                      mỗi tệp một dòng JSON / one line of JSON for each file
  -h, --help                  trang này / this page

Thư mục được duyệt cả các thư mục con; bỏ qua tên bắt đầu bằng dấu chấm và liên kết.
Folders are walked with what is in them; names beginning with a dot and links are passed over.

Mã thoát / exit code:
  0  tất cả hợp lệ / all passed
  1  có tệp không hợp lệ / some failed
  3  có tệp không đọc được / else some could not be read
  2  có tệp chưa kết luận được hoặc chưa ký / else some could not be told, or are unsigned
  64 dòng lệnh sai / wrong command line
`
