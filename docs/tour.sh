#!/usr/bin/env bash
# 十分钟导览 The ten-minute tour: one need, from its first draft to the archive, as the people of the sample.
#
#   npm start             in one terminal
#   bash docs/tour.sh     in another, in the same folder
#
# API    where the service listens (http://127.0.0.1:3000)
# TOUR   a word that makes the idempotency keys of this run its own (the time, unless said)
# *_TOKEN   tokens, where they do not come from `npm run token` (see below)
set -euo pipefail
cd "$(dirname "$0")/.."

API=${API:-http://127.0.0.1:3000}
TOUR=${TOUR:-$(date +%Y%m%d%H%M%S)-$$}

answer=$(mktemp)
nothing='{}'
trap 'rm -f "$answer"' EXIT

step() { printf '\n== %s\n' "$*"; }
say() { printf '   %s\n' "$*"; }
fail() {
  printf '\n✗ %s\n' "$*" >&2
  cat "$answer" >&2
  exit 1
}
# What a JavaScript expression gives for the answer `a`.
pick() { node -e 'const a = JSON.parse(require("node:fs").readFileSync(process.argv[1], "utf8")); console.log(eval(process.argv[2]))' "$answer" "$1"; }
# A civil day in Wuhan, so many days from today.
day() { node -p "new Date(Date.now() + 8 * 3600000 + $1 * 86400000).toISOString().slice(0, 10)"; }

# request METHOD PATH TOKEN [more for curl…]: the answer goes to $answer, its status to $STATUS
request() {
  local method=$1 path=$2 token=$3
  shift 3
  STATUS=$(curl -sS -o "$answer" -w '%{http_code}' -X "$method" "$API$path" -H "Authorization: Bearer $token" "$@") ||
    fail "no answer from $API: is \`npm start\` running there?"
}
get() {
  request GET "$@"
  [ "$STATUS" = 200 ] || fail "GET $1 answered $STATUS"
}
# post PATH TOKEN KEY BODY
post() { request POST "$1" "$2" -H "Idempotency-Key: tour-$TOUR-$3" -H 'Content-Type: application/json' -d "$4"; }
# Where the project stands, without what goes without saying.
stand() { pick 'a.state.titles.filter(each => !/payments.closed|standing.active/.test(each.path)).map(each => each.title).join("; ")'; }
# tell COMMAND TOKEN [BODY] [SUFFIX OF THE KEY]: a command that must be accepted, and where the project stands then
tell() {
  local body=${3:-}
  post "/v1/micro-project/$project/$1" "$2" "$1${4:+-$4}" "${body:-$nothing}"
  [ "$STATUS" = 200 ] || fail "$1 answered $STATUS"
  position=$(pick a.position)
  printf '   %-31s → %s\n' "$1" "$(stand)"
}
# proof NAME: a paper as commands name it, with the hash under which its file is kept
proof() { printf '{"name":"%s","sha256":"%s"}' "$1" "$paper"; }
# hand_in FILE TOKEN: sends a file; what came back names it
hand_in() {
  request POST "/v1/files?name=${1##*/}" "$2" -H 'Content-Type: application/octet-stream' --data-binary "@$1"
  case $STATUS in 200 | 201) pick a.sha256 ;; *) fail "$1 was not taken in: $STATUS" ;; esac
}

step '0  谁来办 The people: each has a token, and may do what their posts allow'
token() { npm run --silent token -- "$1" || fail "no token for $1: is the sample loaded in this folder?"; }
COMMUNITY_TOKEN=${COMMUNITY_TOKEN:-$(token 柏小满)} && say '柏小满  东亭社区居委会 community committee'
STREET_TOKEN=${STREET_TOKEN:-$(token 缪长河)} && say '缪长河  水果湖街道办 street office'
BUREAU_TOKEN=${BUREAU_TOKEN:-$(token 席望舒)} && say '席望舒  武昌区民政局 district bureau'
CHAIR_TOKEN=${CHAIR_TOKEN:-$(token 苗晴岚)} && say '苗晴岚  晴岚为老服务中心负责人 chair of an organisation'
FUNDER_TOKEN=${FUNDER_TOKEN:-$(token 欧阳捐之)} && say '欧阳捐之  江源社区公益基金会 funder'
PAYER_TOKEN=${PAYER_TOKEN:-$(token 詹明细)} && say '詹明细  武昌区财务 finance'
RECONCILER_TOKEN=${RECONCILER_TOKEN:-$(token 虞清账)} && say '虞清账  武昌区财务 finance, a second person'

get '/v1/organisation?limit=500' "$STREET_TOKEN"
organisation=$(pick 'a.items.find(each => each.title === "武昌区晴岚为老服务中心").id')
funder=$(pick 'a.items.find(each => each.title === "武昌区江源社区公益基金会（样例）").id')

step '1  需求发布 The need: drafted and posted by the community, taken in by the street'
post /v1/micro-project "$COMMUNITY_TOKEN" draft-need '{
  "title": "独居老人敲门探访", "category": "charity", "field": "elders-and-orphans", "place": "水果湖街道东亭社区",
  "beneficiaries": 86, "budget": 1200000, "detail": "每周两次上门探访独居老人，并记录居家安全。" }'
[ "$STATUS" = 201 ] || fail "draft-need answered $STATUS"
project=$(pick a.id)
say "draft-need → $API/v1/micro-project/$project"
tell post-need "$COMMUNITY_TOKEN"
tell accept-need "$STREET_TOKEN"

step '2  供需对接 Matchmaking: proposed with reasons, accepted by both sides, commissioned'
tell propose-match "$COMMUNITY_TOKEN" "{ \"organisation\": \"$organisation\", \"reasons\": [
  { \"list\": \"supply\", \"text\": \"该中心每月可探访一百二十人次，驻地在本社区\" }] }"
matched=$position
tell accept-match-as-organisation "$CHAIR_TOKEN" '{ "match": 1 }'
tell accept-match-as-need-side "$COMMUNITY_TOKEN" '{ "match": 1 }'

say '先上传文件 The paper first: a command can name only a file that is kept.'
paper=$(hand_in samples/wuchang/files/minutes.pdf "$STREET_TOKEN")
say "  minutes.pdf → ${paper:0:16}…"
commission() { printf '{ "amount": %s, "reason": "金额在限额以内，组织就在本社区", "minutes": %s }' "$1" "$(proof 街道办公会纪要.pdf)"; }
say '先试办 First a dry run, which writes nothing: ¥50,000 is above what may be commissioned directly.'
request POST "/v1/micro-project/$project/commission?dryRun=true" "$STREET_TOKEN" -H 'Content-Type: application/json' -d "$(commission 5000000)"
[ "$STATUS" = 422 ] || fail "the dry run of ¥50,000 answered $STATUS"
say "  $STATUS $(pick 'a.code'): $(pick 'a.reasons.map(each => each.text).join(" ")')"
request POST "/v1/micro-project/$project/commission?dryRun=true" "$STREET_TOKEN" -H 'Content-Type: application/json' -d "$(commission 1200000)"
[ "$STATUS" = 200 ] || fail "the dry run of ¥12,000 answered $STATUS"
say "  ¥12,000 would record $(pick 'a.events.map(each => each.type).join()'), and nothing is written yet"
tell commission "$STREET_TOKEN" "$(commission 1200000)"
revision=$(pick a.revision)

say '重发 The same key again gives the first answer; with another body it is refused.'
post "/v1/micro-project/$project/commission" "$STREET_TOKEN" commission "$(commission 1200000)"
[ "$(pick 'a.repeated && a.revision')" = "$revision" ] || fail 'the repeated command did not get its first answer'
say "  $STATUS repeated: true, still revision $revision"
post "/v1/micro-project/$project/commission" "$STREET_TOKEN" commission "$(commission 900000)"
[ "$STATUS" = 422 ] || fail "the same key with another body answered $STATUS"
say "  $STATUS $(pick a.code)"

step '3  公益创投 Venture competition: skipped today'
say '直接委托不经创投；创投须公示满期，任何请求都不能改动时间。A project in a round waits for its publicity days: no'
say 'request can set the time. So here is one of the sample that went that way:'
get '/v1/views/disbursement-ledger?limit=500' "$PAYER_TOKEN"
competed=$(pick '(a.rows.find(each => each.round !== null && each.status === "paid") ?? a.rows.find(each => each.round !== null)).project')
get "/v1/micro-project/$competed/history" "$BUREAU_TOKEN" -H 'Accept-Language: en'
pick 'a.events.filter(each => /Round|Proposal|Eligib|Shortlist|Rank|Publicity|Objection|^Awarded/.test(each.event))
  .map(each => `     ${each.occurredOn}  ${each.title}`).join("\n")'

step '4  资助 Funding: agreed, signed by both sides, committed by the funder'
tell draw-up-agreement "$STREET_TOKEN" "{
  \"lines\": [{ \"item\": \"探访员交通补贴\", \"amount\": 900000 }, { \"item\": \"物料和印刷\", \"amount\": 300000 }],
  \"matchingShare\": 0, \"from\": \"$(day 0)\", \"until\": \"$(day 180)\", \"document\": $(proof 项目协议.pdf),
  \"tranches\": [{ \"amount\": 720000, \"conditions\": [\"协议已签订\"] }, { \"amount\": 480000, \"conditions\": [\"中期评估合格\"] }] }"
tell sign-agreement-as-organisation "$CHAIR_TOKEN" "{ \"document\": $(proof 组织签字页.pdf) }"
tell sign-agreement-as-street "$STREET_TOKEN" "{ \"document\": $(proof 街道签字页.pdf) }"
tell commit-fund "$FUNDER_TOKEN" "{ \"funder\": \"$funder\", \"source\": \"charity-fund\", \"channel\": \"commission\", \"amount\": 1200000 }"

# One tranche: condition checked and payment prepared by the street, approved and paid by finance, reconciled by a second person.
pay() {
  tell check-condition "$STREET_TOKEN" "{ \"tranche\": $1, \"condition\": 1, \"evidence\": $(proof "$2") }" "$1"
  tell prepare-payment "$STREET_TOKEN" "{ \"tranche\": $1, \"amount\": $3 }" "$1"
  tell approve-payment "$PAYER_TOKEN" "{ \"tranche\": $1, \"amount\": $3 }" "$1"
  tell instruct-payment "$PAYER_TOKEN" "{ \"tranche\": $1 }" "$1"
  tell confirm-payment "$PAYER_TOKEN" "{ \"tranche\": $1, \"paidOn\": \"$(day 0)\", \"bankReference\": \"TOUR-$1\" }" "$1"
  tell reconcile-payment "$RECONCILER_TOKEN" "{ \"tranche\": $1, \"statement\": $(proof 银行对账单.pdf) }" "$1"
}
pay 1 项目协议.pdf 720000

step '5  实施 Delivery: activities with evidence, a visit, the mid-term grade; the second tranche is paid beside it'
tell start-delivery "$CHAIR_TOKEN"
tell log-activity "$CHAIR_TOKEN" "{ \"on\": \"$(day 0)\", \"what\": \"上门探访独居老人二十一户\", \"participants\": 21, \"proofs\": [$(proof 活动签到表.pdf)] }"
tell check-activity "$COMMUNITY_TOKEN" '{ "activity": 1, "finding": "confirmed", "findings": "抽访五户，均属实。" }'
tell visit-site "$BUREAU_TOKEN" "{ \"on\": \"$(day 0)\", \"findings\": \"随行探访三户，记录完整。\" }"
tell grade-mid-term "$STREET_TOKEN" "{ \"grade\": \"A\", \"findings\": \"进度和质量均好。\", \"proofs\": [$(proof 中期评估表.pdf)] }"
pay 2 中期评估表.pdf 480000
tell complete-delivery "$CHAIR_TOKEN"

step '6  评估 Evaluation: a command that is too early is refused, with every reason and who can meet it'
graded="{ \"grade\": \"A\", \"findings\": \"目标全部完成。\", \"proofs\": [$(proof 结项评估表.pdf)] }"
post "/v1/micro-project/$project/grade-final" "$STREET_TOKEN" too-early "$graded"
[ "$STATUS" = 422 ] || fail "grading without report, accounts and satisfaction answered $STATUS"
say "$STATUS $(pick a.code)"
pick 'a.reasons.map(each => `     ${each.text}（${each.who.map(role => role.title).join("、")}）`).join("\n")'
tell submit-final-report "$CHAIR_TOKEN" "{ \"summary\": \"共探访二千零六十四户次。\", \"beneficiaries\": 92, \"proofs\": [$(proof 结项报告.pdf)] }"
tell submit-accounts "$CHAIR_TOKEN" "{ \"spent\": [{ \"line\": 1, \"amount\": 895000, \"vouchers\": 42 }, { \"line\": 2, \"amount\": 300000, \"vouchers\": 6 }], \"proofs\": [$(proof 决算表.pdf)] }"
tell record-satisfaction "$COMMUNITY_TOKEN" "{ \"respondents\": 60, \"satisfaction\": \"93.50\", \"proofs\": [$(proof 满意度调查.pdf)] }"
tell grade-final "$STREET_TOKEN" "$graded"
say '评定的人不能自己同意结项 Who graded it does not accept it:'
post "/v1/micro-project/$project/accept-project" "$STREET_TOKEN" own-grade '{}'
[ "$STATUS" = 403 ] || fail "accepting one's own grade answered $STATUS"
say "  $STATUS $(pick a.code): $(pick a.detail)"
tell accept-project "$BUREAU_TOKEN"
tell settle-payments "$PAYER_TOKEN"
tell archive "$STREET_TOKEN" "{ \"manifest\": [$(proof 项目档案目录.pdf)] }"

step '7  读回 Read back: the history in both languages, and the project as it stood once'
get "/v1/micro-project/$project/history" "$STREET_TOKEN"
pick 'a.events.slice(0, 5).map(each => `     ${each.title}  ${each.by.post.title} ${each.by.name ?? ""}`).join("\n") + `\n     …（共 ${a.events.length} 条）`'
get "/v1/micro-project/$project/history" "$STREET_TOKEN" -H 'Accept-Language: en'
pick 'a.events.slice(-3).map(each => `     ${each.title}, by ${each.by.post.title}`).join("\n")'
get "/v1/micro-project/$project/files/$paper" "$STREET_TOKEN"
link=$(pick a.url)
[ "$(curl -sS "$API$link" | sha256sum | cut -c 1-64)" = "$paper" ] || fail 'the file that came back is another'
say "文件 the file, by a link that is good until $(pick a.expiresAt)"
get "/v1/micro-project/$project?asOf=$matched" "$STREET_TOKEN" -H 'Accept-Language: en'
say "?asOf=$matched"
say "  → $(stand)"
get "/v1/micro-project/$project" "$STREET_TOKEN" -H 'Accept-Language: en'
[ "$(pick a.state.value)" = archived ] || fail 'the project is not archived'
say "  today → $(stand)"

step '8  街道看板 As the street: its board (waiting, with ?after=, until it includes the last event)'
get "/v1/views/street-board?limit=500&after=$position" "$STREET_TOKEN"
pick 'a.rows.filter(each => each.late).slice(0, 5).map(each => `     逾期 late  ${each.title}  ${each.text.stage}  ${each.text.next ?? ""}`).join("\n")'
say "$(pick "a.rows.find(each => each.project === '$project').text.stage"): $(pick "a.rows.find(each => each.project === '$project').title")"
get "/v1/views/street-board/counts?limit=500&after=$position" "$STREET_TOKEN"
pick 'a.rows.slice(0, 6).map(each => `     ${each.text.place}  ${each.text.stage}  ${each.projects}`).join("\n")'

step '9  资助方总览 As the funder: what its money did'
get "/v1/views/funder-portfolio?limit=500&after=$position" "$FUNDER_TOKEN"
[ "$(pick "a.rows.find(each => each.project === '$project').paid")" = 1200000 ] || fail 'the portfolio does not show ¥12,000 paid'
pick "a.rows.filter(each => each.project === '$project').map(({ title, text }) => \`     \${title}  落实 committed \${text.committed}  拨付 paid \${text.paid}  \${text.grade}\`).join('\n')"

step '10 拨付台账 As finance: one row a tranche, also as CSV for a spreadsheet'
get "/v1/views/disbursement-ledger?project=$project&after=$position" "$PAYER_TOKEN"
[ "$(pick 'a.rows.map(each => each.cumulative).join()')" = 720000,1200000 ] || fail 'the ledger does not add up'
pick 'a.rows.map(({ tranche, text }) => `     第 ${tranche} 期  ${text.amount}  ${text.status}  累计 in all ${text.cumulative}`).join("\n")'
get "/v1/views/disbursement-ledger?project=$project" "$PAYER_TOKEN" -H 'Accept: text/csv'
say "$(head -n 1 "$answer" | cut -d , -f 1-8),…"

printf '\n✓ archived  %s\n' "$project"
