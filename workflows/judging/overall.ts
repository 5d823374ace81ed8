/** 总评: the name under which a sheet's comment on the whole proposal stands among those on its criteria. */
export const OVERALL = 'overall'
