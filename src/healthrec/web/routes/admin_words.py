"""Words of administration that are made of codes: choices and their values, changes as the audit has them."""

from __future__ import annotations

from typing import Any

from healthrec.services.choices import BY_AGE, BY_RULE, NOBODY, VIALS_CHOSEN, Choice
from healthrec.store.admin_accounts import Event
from healthrec.web.kit import Visit
from healthrec.web.routes.admin_parts import moment
from healthrec.wording import Translator

_CHOICES = {
    "growth-standard": ("生长标准", "更改后，本机构及下级机构儿童的生长评价会重新计算。图上可另选标准。"),
    "growth-method": ("生长评价方法", "更改后，本机构及下级机构儿童的生长评价会重新计算。"),
    "je-vaccine": ("乙脑疫苗", "本地采用的种类。"),
    "hepa-vaccine": ("甲肝疫苗", "本地采用的种类。"),
    "dose-origin": ("接种记录从哪里来", "从省免疫规划信息系统导入，或由本机构登记；二者只选其一。"),
    "measuring-interval": ("测量间隔", "多久测量一次。"),
    "vial-BCG": ("每支人份数：卡介苗", "按本机构用的产品；接种日名单据此折算支数。"),
    "vial-MPSV-A": ("每支人份数：A群流脑多糖疫苗", "按本机构用的产品；接种日名单据此折算支数。"),
    "vial-bOPV": ("每支人份数：二价脊灰减毒活疫苗", "按本机构用的产品；接种日名单据此折算支数。"),
    "vial-JE-L": ("每支人份数：乙脑减毒活疫苗", "按本机构用的产品；接种日名单据此折算支数。"),
    "vial-DTaP": ("每支人份数：百白破疫苗", "按本机构用的产品；接种日名单据此折算支数。"),
    "vial-DT": ("每支人份数：白破疫苗", "按本机构用的产品；接种日名单据此折算支数。"),
    "second-factor-roles": ("须两步验证的角色", "在系统设置已要求的角色之外增加。"),
}
_VALUES = {
    BY_RULE: "按系统的规则",
    BY_AGE: "按年龄（规则规定）",
    "wst423-2022": "WS/T 423-2022 7岁以下儿童生长标准",
    "who-2006": "WHO 2006 儿童生长标准",
    "sd": "标准差法",
    "percentile": "百分位数法",
    "province": "从省免疫规划信息系统导入",
    "here": "由本机构登记",
    "JE-L": "乙脑减毒活疫苗（JE-L）",
    "JE-I": "乙脑灭活疫苗（JE-I）",
    "HepA-L": "甲肝减毒活疫苗（HepA-L）",
    "HepA-I": "甲肝灭活疫苗（HepA-I）",
}
_THINGS = {
    "Organization": "机构",
    "Practitioner": "人员",
    "PractitionerRole": "人员角色",
    "account": "账号",
    "choice": "规则选择",
}
_REASONS = {
    "account": "新增账号",
    "token": "访问令牌",
    "lock": "锁定",
    "unlock": "解锁",
    "reset": "重置密码",
    "reset-second-factor": "重置两步验证",
    "second-factor-on": "要求两步验证",
    "second-factor-off": "不再要求两步验证",
    "role": "更改角色",
    "revoke": "退出全部登录",
    "password": "本人修改密码",
}
_PAGES = {
    "Organization": "organizations",
    "Practitioner": "staff",
    "PractitionerRole": "roles",
    "account": "accounts",
    "choice": "rules",
}


def choice_words(name: str, words: Translator) -> tuple[str, str]:
    """(label, hint) of a choice."""
    label, hint = _CHOICES[name]
    return words.gettext(label), words.gettext(hint)


def value_words(choice: Choice, value: str, words: Translator) -> str:
    """A value of a choice, several of them as a list."""
    if choice.many:
        return (
            words.gettext("无")
            if value == NOBODY
            else words.listed([words.term("role", one) for one in value.split(",")])
        )
    if choice.name == "measuring-interval" and value != BY_AGE:
        return words.ngettext("{n} 个月", "{n} 个月", int(value)).format(n=value)
    if choice.name in VIALS_CHOSEN and value != BY_RULE:
        return words.ngettext("{n} 人份", "{n} 人份", int(value)).format(n=value)
    return words.gettext(_VALUES[value])


def change_shown(event: Event, visit: Visit) -> dict[str, Any]:
    """A line of the list of changes. What was changed is named by kind and address, so that nothing is looked up."""
    kind, _, rest = event.entity.partition("/")
    words = visit.words
    name, _, value = event.reason.partition("=")
    reason = f"{words.gettext(_CHOICES[name][0])}：{value}" if kind == "choice" and name in _CHOICES else event.reason
    return {
        "when": moment(visit, event.recorded),
        "who": event.username or event.role,
        "role": event.role,
        "action": event.action,
        "what": words.gettext(_THINGS.get(kind, kind)),
        "reason": words.gettext(_REASONS.get(reason, reason)),
        "href": f"/admin/{_PAGES[kind]}/{rest.partition('/')[0]}"
        if kind in _PAGES and event.action != "delete"
        else "",
    }
