"""What people write in the demo: comments of citizens, reasons of supervisors, replies of staff.

All invented; no sentence names anybody.
"""

PRAISE = (
    "Làm giấy khai sinh cho cháu nhanh, được hẹn đúng ngày.",
    "Cán bộ hướng dẫn kỹ, tôi không phải đi lại nhiều lần.",
    "Chỗ ngồi chờ mát, có nước uống, lấy số rõ ràng.",
    "Cô ở quầy nói chuyện nhẹ nhàng, dễ hiểu.",
    "Tôi lớn tuổi không rành điện thoại, các cháu làm giúp tận tình.",
    "Hồ sơ đất đai trả sớm hơn hẹn hai ngày.",
    "Được gọi điện báo khi có kết quả, rất tiện.",
    "Nộp trực tuyến có người chỉ từng bước.",
    "Thái độ niềm nở, chào hỏi đàng hoàng.",
    "Giấy tờ thiếu gì được ghi ra một lần, không phải hỏi đi hỏi lại.",
    "Chứng thực xong trong mười lăm phút.",
    "Cảm ơn các anh chị đã giải thích cặn kẽ mức trợ cấp.",
    "Ra về còn được dặn kỹ cách theo dõi hồ sơ.",
    "So với trước đây thủ tục gọn hơn hẳn.",
    "Đến sát giờ nghỉ trưa vẫn được tiếp nhận.",
    "Có bàn riêng cho người già và phụ nữ mang thai, rất quý.",
    "Kết quả gửi về tận nhà qua bưu điện, đỡ mất buổi làm.",
    "Nhân viên trẻ, làm việc nhanh và lễ phép.",
    "Hỏi gì cũng được trả lời rõ, không ậm ừ.",
    "Đăng ký hộ kinh doanh một buổi là xong.",
)
MIXED = (
    "Phục vụ tốt nhưng chờ hơi lâu vào sáng thứ Hai.",
    "Nên có thêm ghế ngồi, ngày đông phải đứng.",
    "Máy lấy số hỏng, mọi người tự xếp hàng.",
    "Cán bộ vui vẻ, chỉ tiếc trang nộp hồ sơ hay lỗi.",
    "Bảng hướng dẫn chữ nhỏ, người lớn tuổi khó đọc.",
    "Trả kết quả đúng hẹn, nhưng phải photo thêm giấy tờ ngoài cổng.",
    "Mong có thêm người ở quầy đất đai.",
    "Nên mở thêm buổi sáng thứ Bảy cho người đi làm.",
    "Chỗ để xe chật, trời mưa bị ướt.",
    "Lệ phí nên niêm yết ở chỗ dễ thấy hơn.",
    "Thủ tục xong nhanh, phần giải thích còn hơi vắn tắt.",
    "Mạng chậm nên chờ lâu, không phải lỗi của cán bộ.",
)
COMPLAINT = (
    "Hẹn thứ Năm mà đến nơi chưa có kết quả, không được báo trước.",
    "Phải đi lại ba lần vì mỗi lần báo thiếu một giấy khác nhau.",
    "Hỏi thì trả lời cụt, tôi nghe không rõ phải làm gì tiếp.",
    "Chờ từ tám giờ đến gần mười một giờ mới tới lượt.",
    "Quầy để trống gần nửa buổi, không ai nói lý do.",
    "Bị chỉ qua lại giữa hai quầy, không quầy nào nhận.",
    "Cán bộ vừa nghe điện thoại riêng vừa tiếp dân.",
    "Hồ sơ trễ gần một tuần mới trả, không có lời xin lỗi.",
    "Nói to giữa đông người làm tôi ngại.",
    "Nộp trực tuyến xong vẫn bắt mang bản giấy tới.",
    "Giờ làm việc ghi bảy giờ rưỡi mà tám giờ mới mở cửa.",
    "Giải thích mức hỗ trợ không rõ, về nhà vẫn chưa hiểu.",
)

REPLIES = (
    "Tôi nhận thiếu sót. Hai ngày đó con ốm, tôi đã báo miệng nhưng chưa xin phép bằng giấy.",
    "Tôi đã xin lỗi người dân ngay trong buổi chiều và hẹn lại ngày trả.",
    "Hôm ấy quầy chỉ có một mình tôi. Tôi đề nghị bố trí thêm người vào sáng thứ Hai.",
    "Tôi xin rút kinh nghiệm, tháng sau sẽ ghi giấy hẹn rõ ngày giờ.",
    "Tôi đề nghị xem lại: hồ sơ chờ ý kiến của phòng khác năm ngày.",
    "Tôi đồng ý với nhận xét.",
    "Việc trả chậm do phần mềm lỗi, tôi có lưu ảnh màn hình ngày đó.",
    "Tôi đã trao đổi lại với người dân, hai bên đã hiểu nhau.",
    "Xin ghi nhận thêm: từ ngày 15 tôi được giao kiêm quầy trả kết quả.",
)

# Words of an item's text → reasons a supervisor gives for a mark below 4. The first match counts.
REASONS: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] = (
    (
        ("giờ giấc", "Đúng giờ"),
        (
            "Đi muộn hai buổi trong tháng, đã nhắc.",
            "Ba buổi chiều vào làm sau 13 giờ 45.",
            "Về sớm chiều thứ Sáu khi quầy còn người chờ.",
            "Vắng giao ban đầu tuần không báo trước.",
        ),
    ),
    (
        ("thất hứa", "đúng hẹn", "Đúng kế hoạch"),
        (
            "Một hồ sơ hẹn lại lần hai chưa xin lỗi kịp thời.",
            "Hẹn gọi lại cho người dân nhưng để qua hôm sau.",
            "Kế hoạch tháng chậm hai việc, báo cáo sau hạn.",
            "Trả kết quả chậm một ngày so với giấy hẹn.",
        ),
    ),
    (
        ("gây khó dễ", "đùn đẩy", "vô cảm", "trách nhiệm"),
        (
            "Chuyển người dân sang quầy khác khi chưa hỏi rõ việc.",
            "Còn trả lời “không phải việc của tôi” một lần, đã góp ý.",
            "Hướng dẫn thiếu một giấy làm người dân đi lại thêm.",
            "Có việc phối hợp để chờ phòng khác quá lâu mới nhắc.",
        ),
    ),
    (
        ("mỉm cười", "vui vẻ", "Cười", "nhẹ nhàng", "hách dịch"),
        (
            "Có lúc gắt giọng khi quầy đông, đã tự nhận.",
            "Nét mặt căng thẳng vào cuối buổi, người dân có nhắc.",
            "Trả lời điện thoại còn cộc.",
            "Chưa giữ được bình tĩnh với một trường hợp khó.",
        ),
    ),
    (
        ("chào", "Chào", "phép"),
        (
            "Nhiều lần chưa chào khi người dân tới quầy.",
            "Quên mời ngồi khi đang nhập máy.",
            "Vào phòng họp chưa xin phép người chủ trì.",
        ),
    ),
    (
        ("xin lỗi", "Xin lỗi", "nhận lỗi"),
        (
            "Trả chậm nhưng để người dân hỏi mới xin lỗi.",
            "Chưa nhận phần việc chậm của mình trong giao ban.",
            "Xin lỗi qua loa, chưa nói rõ cách khắc phục.",
        ),
    ),
    (
        ("cảm ơn", "Cảm ơn"),
        (
            "Nhận góp ý nhưng quên cảm ơn.",
            "Kết thúc việc chưa có lời cảm ơn người dân đã chờ.",
        ),
    ),
    (
        ("lắng nghe", "nghe dân", "Sát dân", "tận tình", "giúp đỡ"),
        (
            "Ngắt lời người dân khi họ chưa trình bày hết.",
            "Giải thích còn dùng nhiều từ chuyên môn, bà con khó hiểu.",
            "Chưa chủ động hỏi thêm khi người lớn tuổi lúng túng.",
            "Tháng này chưa xuống thôn lần nào theo lịch.",
        ),
    ),
    (
        ("minh bạch", "chính xác", "pháp luật", "chủ trương", "gian dối"),
        (
            "Hai văn bản sai thể thức phải làm lại.",
            "Chưa nói rõ lệ phí trước khi nhận hồ sơ.",
            "Nhập sai thông tin một hồ sơ, đã sửa trong ngày.",
        ),
    ),
    (
        ("hành động", "biện pháp", "nhiệt huyết", "hiệu quả", "Hiệu quả", "Gương mẫu", "Sát việc", "sâu sát"),
        (
            "Việc được giao làm đủ nhưng còn phải nhắc.",
            "Nêu khó khăn nhiều, đề xuất cách làm còn ít.",
            "Chưa theo việc đến cùng, một đầu việc còn dở.",
            "Sổ theo dõi công việc ghi chưa đều.",
        ),
    ),
)
OTHER_REASONS = (
    "Còn một lần phải nhắc trong tháng.",
    "Thực hiện được nhưng chưa đều.",
    "Đã góp ý tại buổi họp phòng, đã tiếp thu.",
    "Cần chủ động hơn, có trao đổi trực tiếp ngày cuối tháng.",
)
# A slip here is a matter for an inspection, not for a mark of 3: such items are kept all but always.
GRAVE = ("tham nhũng", "rượu, bia", "ban ơn", "lợi dụng chức vụ", "xu nịnh")


def reasons_for(item: str) -> tuple[str, ...]:
    """The reasons that fit an item's text."""
    for words, reasons in REASONS:
        if any(word in item for word in words):
            return reasons
    return OTHER_REASONS


def is_grave(item: str) -> bool:
    """Whether a breach of the item would be a grave matter."""
    return any(word in item for word in GRAVE)


# Sheets: kinds of work (name, unit, group of complexity, standard units each) and what is written in them.
WORK = (
    ("Tiếp nhận, trả kết quả hồ sơ thủ tục hành chính", "hồ sơ", 1, "1"),
    ("Giải quyết hồ sơ hộ tịch, chứng thực", "hồ sơ", 1, "1.5"),
    ("Tham mưu văn bản trả lời công dân", "văn bản", 2, "2"),
    ("Báo cáo định kỳ của lĩnh vực phụ trách", "báo cáo", 2, "3"),
    ("Thẩm tra hồ sơ đất đai", "hồ sơ", 3, "4"),
    ("Kiểm tra thực địa, lập biên bản", "cuộc", 3, "5"),
    ("Xây dựng kế hoạch của xã", "kế hoạch", 4, "8"),
    ("Tổ chức hội nghị, lớp tập huấn", "cuộc", 4, "10"),
    ("Đề án, phương án phát triển của lĩnh vực", "đề án", 5, "20"),
    ("Cập nhật dữ liệu dân cư, hộ nghèo", "hộ", 1, "0.5"),
)
UNPLANNED = (
    "Trực phòng chống bão theo lệnh của tỉnh",
    "Tham gia đoàn hòa giải tranh chấp đất tại thôn",
    "Chuẩn bị tài liệu phục vụ đoàn công tác của tỉnh",
)
STRENGTHS = (
    "Hoàn thành công việc đúng hạn, phối hợp tốt với các bộ phận.",
    "Chủ động hướng dẫn người dân nộp hồ sơ trực tuyến.",
    "Giữ đúng lời hẹn với người dân trong cả tháng.",
    "Chấp hành nghiêm giờ giấc, trực quầy đầy đủ.",
)
SHORTCOMINGS = (
    "Còn hai báo cáo phải chỉnh sửa một lần.",
    "Có hôm để người dân chờ lâu do thiếu người trực.",
    "Chưa có giải pháp mới trong tháng.",
)
