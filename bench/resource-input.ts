/** What a command brings: here, and to whoever else is measured. */
export const resourceInput = {
  holder: '水果湖街道党群服务中心',
  kind: 'venue',
  title: '二楼多功能厅',
  detail: '可容纳六十人，有投影和音响，可办讲座、义诊和议事会',
  place: '420106012021',
  available: '每周三、周六下午',
}
