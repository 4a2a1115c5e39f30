"""The cast: Lan signs, Minh leads her department, Tâm heads the office, Hoa from elsewhere sees nothing."""

from dataclasses import dataclass

from conduct.agencies.models import Agency, Posting, Role, User
from models_catalog.models import Adoption, ModelVersion
from tests.factories import adopt, grant, make_agency, make_posting, make_user, make_version


@dataclass
class Cast:
    """One province with two communes; Lan, Minh and Tâm serve in the first, Hoa in the second."""

    province: Agency
    commune: Agency
    department: Agency
    one_stop: Agency
    other_commune: Agency
    lan: User
    minh: User
    tam: User
    quan: User
    phuong: User
    hoa: User
    hanh: User
    yen: User
    oanh: User
    khoi: User
    lan_posting: Posting
    minh_posting: Posting
    tam_posting: Posting
    hoa_posting: Posting
    adoption: Adoption


def _code() -> ModelVersion:
    """The model that Lan's office keeps."""
    return make_version(
        {
            "không": [
                {"text": "Không thất hứa với dân", "sources": ["citizen", "supervisor", "promise"],
                 "question": "Cán bộ có giữ đúng lời hẹn với ông/bà không?",
                 "question_en": "Was the promise kept?",
                 "answer": "yes_no", "kept_answers": [1]},
                {"text": "Không vi phạm giờ giấc làm việc", "sources": ["supervisor", "inspection"]},
            ],
            "biết": [
                {"text": "Biết vui vẻ khi tiếp xúc với dân", "sources": ["citizen", "supervisor"],
                 "question": "Cán bộ tiếp ông/bà vui vẻ đến mức nào?",
                 "question_en": "How friendly was the officer?",
                 "answer": "scale5", "kept_answers": [4, 5]},
            ],
        },
        name="2 không, 1 biết",
    )  # fmt: skip


def make_cast() -> Cast:
    """Lan (staff, serves citizens), Minh (supervisor), Tâm (head), Quân (office administrator),
    Phương (head of the province), Hoa (head of another commune), Hạnh (the province's catalogue editor),
    Yến (treasurer), Oanh (receiver of feedback), Khôi (the province's inspector)."""
    province = make_agency("Tỉnh Mực Giang", kind="province")
    commune = make_agency("Xã An Thuận", parent=province, place="An Thuận")
    department = make_agency("Phòng Văn hóa – Xã hội", kind="department", parent=commune)
    one_stop = make_agency("Trung tâm Phục vụ hành chính công", kind="one_stop", parent=commune)
    other = make_agency("Xã Bình Lâm", parent=province)
    lan = make_user("Tôn Nữ Hoàng Thảo Lan", username="lan")
    minh = make_user("Phạm Hữu Minh", username="minh")
    tam = make_user("Lê Thị Tâm", username="tam")
    quan = make_user("Đỗ Anh Quân", username="quan")
    phuong = make_user("Võ Đình Phương", username="phuong")
    hoa = make_user("Trần Thị Hoa", username="hoa")
    hanh = make_user("Bùi Thị Hạnh", username="hanh")
    yen = make_user("Châu Hải Yến", username="yen")
    oanh = make_user("Mai Kiều Oanh", username="oanh")
    khoi = make_user("Bùi Gia Khôi", username="khoi")
    lan_posting = make_posting(lan, one_stop, serves_citizens=True, title="Công chức Tư pháp – Hộ tịch")
    minh_posting = make_posting(minh, one_stop, is_leader=True, title="Phó Giám đốc Trung tâm")
    tam_posting = make_posting(tam, commune, is_leader=True, title="Chủ tịch UBND xã")
    make_posting(quan, department)
    make_posting(phuong, province, is_leader=True)
    hoa_posting = make_posting(hoa, other, is_leader=True)
    grant(minh, one_stop, Role.SUPERVISOR)
    grant(tam, commune, Role.HEAD)
    grant(quan, commune, Role.OFFICE_ADMIN)
    grant(phuong, province, Role.HEAD)
    grant(hoa, other, Role.HEAD)
    grant(hanh, province, Role.CATALOGUE_EDITOR)
    grant(yen, commune, Role.TREASURER)
    grant(oanh, commune, Role.OPERATOR)
    grant(khoi, province, Role.INSPECTOR)
    return Cast(
        province, commune, department, one_stop, other, lan, minh, tam, quan, phuong, hoa, hanh, yen, oanh,
        khoi, lan_posting, minh_posting, tam_posting, hoa_posting, adopt(commune, _code()),
    )  # fmt: skip
