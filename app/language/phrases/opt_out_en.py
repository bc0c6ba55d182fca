"""How an opt-out is said in English, politely, bluntly, formally, misspelt and dictated."""

from app.language.phrases.words_en import SETS

__all__ = ["LOOSE", "REMOVAL", "SETS", "STOPPING"]

# Already negative in form: a negator before or within belongs to them.
STOPPING = (
    """
    # do not contact me, never text this number again
    dont|do_not|dnt|dinnae|dont_be|never|not_to|don_t|not {<SO>} (contact|e_?mail|text|txt|write|message|
        call|bother|send|
        disturb|spam|harass|ring|phone|hound|pester|msg|mail|approach|hassle|annoy|bug|survey|write_to|
        sms) {to} <ME> !before|until|till|after|back|first|between|during|names|on_(mondays|tuesdays|
        wednesdays|thursdays|fridays|saturdays|sundays|weekends)|in_the_(morning|mornings|evening|evenings)|
        at_(work|night|lunch*|home) [again|anymore|any_more|ever] {<THE>} [<NEWS>|again|anymore|ever]
    dont|do_not|dnt|dinnae|never|not_to|don_t {<SO>} send {<ME>|<THE>} <NEWS>
    dont|do_not|dnt|dinnae|never|don_t {<SO>} (contact|e_?mail|text|write|message|bother|spam|harass|hound|
        pester|
        msg|mail|send) (again|anymore|any_more|ever)
    dont|do_not|dnt|dinnae|never|don_t {<SO>} (contact|e_?mail|message|spam) .
    not [to] be (contacted|e_?mailed|texted|called|bothered|disturbed|messaged|approached|phoned|rung|
        surveyed|included|sent) [again|anymore|any_more|by|on|for]
    dont|do_not bother (me|us|contacting|writing|texting|e_?mailing|sending|calling|asking_again|again)
    (no|not|without) need [for_you|to] {to} {<SO>} (send|sending|contact|contacting|write|e_?mail|text|
        message) {<ME>|<THE>} [<NEWS>]
    (rather|prefer|prefers|preferred|appreciate|grateful|happier) {it|if|that} (you) (didnt|did_not|dont|
        do_not|wouldnt|wont|would_not|stopped) [<CONTACT>] [me|us]
    (rather|prefer|prefers|preferred|choose|chosen|opt|ask|like|wish|want|decided|elect) not to {be|have|
        keep} (receive|receiving|get|getting|contacted|hear|e_?mailed|texted|be_e_?mailed|messaged|on|sent|
        called|subscribed|disturbed|in_touch) {from|<THE>|you} [<NEWS>|list]
    (rather|prefer|prefers) {to} not {to} {be|have|keep} (receive|receiving|get|getting|contacted|hear|
        e_?mailed|texted|messaged|on|called|sent|subscribed) {from|<THE>|you} [<NEWS>]
    """,
    """
    # I no longer wish to receive, she doesn't want your emails
    <NOT> {<SO>} <WANT> {<SO>|to} (receive|receiving|recieve|recive|get|getting|be_contacted|be_e_?mailed|
        be_texted|be_called|be_bothered|be_on|being_on|being_contacted|be_part_of|have) {<THE>} <NEWS>|list|
        lists|database
    <NOT> {<SO>} <WANT> {<SO>|to} (be|being) (contacted|e_?mailed|texted|called|bothered|disturbed|messaged|
        surveyed|spammed|approached|chased)
    <NOT> {<SO>} <WANT> {<SO>|to} hear* {anything|another_word|more|any_more} from
    <NOT> {<SO>} <WANT> {<SO>|to} (receive|recieve|receiving|get) {anything|any_more|more|these|them|those|
        this} [from] [you|anymore]
    <NOT> {<SO>} (want|wants|need|needs|wish_for|like|require|requested|wanna|asked_for|care_for|
        appreciate) {any} {<THE>} <NEWS>
    <NOT> {<SO>} (want|wants|wish|need) {you|your_company|your_lot|anyone} {to} {be} (<CONTACT>) [me|us]
    <NOT> {<SO>} (want|wants|wish|like) {to_be} (in|on|part_of) {<THE>} {mailing|marketing|email|contact|
        customer} (list|lists|database|system|records)
    <NOT> {<SO>} <WANT> {<SO>|to} (contact|contacting|e_?mailing|texting|writing|calling) (from|with|by) you
    (no_longer|not) interested in {<THE>|receiving|getting|hearing|being|your_company} (<NEWS>|contacted|
        from|hearing|receiving)
    <NOT> {<SO>} <WANT> anything {more|else} (from|to_do_with) (you|this_company|your)
    (want|wanted) nothing {more|further|else} (from|to_do_with)
    """,
    """
    # no more texts, leave me alone, lose my number
    no_more|enough|enuf|no_further|no_additional|done_with|sick_of|fed_up_with|stop_with|enough_of|
        enough_with {<THE>|marketing|pointless} <NEWS>|<STUFF>
    (tired_of|sick_of|fed_up_of|fed_up_with|done_with) {getting|receiving|all|being} {<THE>} (<NEWS>|
        spammed|texted|e?mailed)
    ^ no {<THE>} (sms|spam|marketing|mail|e_?mails?|newsletters?|messages|texts|surveys|contact|promos|
        calls) please|pls|thanks|thank_you|anymore|any_more|again|ever|ty|whatsoever
    ^ no {<THE>} (sms|spam|marketing|e_?mails?|newsletters?|texts|surveys|promos|adverts) .
    (please|just|pls) no {<THE>} (sms|spam|marketing|mail|e_?mails?|newsletters?|messages|texts|calls|
        surveys|contact|promos)
    (leave|let) (me|us|him|her|them) {the_hell|the_fuck|well|bloody} (alone|be|in_peace) 
    lose|forget|delete|bin|erase|scrub {<MY>} (number|e_?mail|address|details)
    (pack|knock|jack|cut) (it|this|that) (in|off|out)
    (keep|leave) (me|us|my_name|my_number|my_email) (out|off|out_of) {of} {it|this|these|your|the|<LIST>|
        mailings}
    (this_has|these_have|it_has|they_have|this|these) (got|have|has|needs?|must) to stop
    (will|would|could|can) (you|u) {please|all|people|lot|not|just|kindly} (stop|quit|cease|pack_it_in|
        give_it_a_rest|knock_it_off|shut_up|refrain)
    give it a rest|(go_away|get_lost|bog_off|buzz_off|hop_it|jog_on)
    (ill|well|we_will|i_will) (call|contact|ring|come_to|write_to|find|get_in_touch_with) you {myself|
        ourselves|when|if|should} (if|when|should) (i|we)
    (count|bin|cross|scratch) (me|us) (out|off)
    (left|leave|leave_us|leave_me) off {<THE>|christmas|mailing} <LIST>
    (not|never) (contacted|e_?mailed|texted|written_to|approached|messaged|disturbed|bothered|
        included) (again|further|any_more|anymore|in_future|in_any|ever)
    not {to|be|have|keep} (included|sent|added|signed_up) {in|to|any|on|for|the|your|further|
        future} (<NEWS>|campaigns?|lists?)
    (suppress|flag|mark) {us|me|this|my|our|record|details|account|as} (do_not|suppressed|opted_out|
        no_contact|no_marketing|unsubscribed|record|details)
    (silence|peace_and_quiet|radio_silence) (please|from_you|would_be|is_all)
    (see|ensure|make_sure|trust|kindly_see) ..2 (they|it|these|this|that|texts|emails|letters|
        messages) (cease|stop|end|stopped|ceases|stops)
    no (texts|sms|spam|marketing|newsletters?|mailshots) (no|or|and|nor) [no] ..1
    (dont|do_not|dnt|doesnt) want (em|them|these) .
    (bore|jog|piss|bugger|sod|naff|fuck|eff|bog|buzz|clear|back|lay|knock|leave|shove|hop|
        push) off with {<THE>} <NEWS>
    (leave|leaving|let|letting) (me|us) (out|be|off)
    (correspondence|contact|acquaintance) {should|to|is|as|now|be|come} (closed|ended|at_an_end|finished|
        over)
    (not|never) {<SO>} (write|text|message|e_?mail|contact|call|phone|send) {me|to|us|any|anything|in|
        at} (any_more|anymore|again|further|any_longer|in_future)
    (you|u|ye|yous|youse) can {all|just|now} (stop|quit|cease)
    (get|make) (you|u|it|this|them|these|yous) {lot|all|people|to} stop
    (marked|flagged|put|moved|sent) (you|this|these|it|your_emails) {straight|as|to|in|into} (spam|junk|
        the_bin|trash)
    ^ please dont .
    stop it with
    had it|enough with|of {<THE>} <NEWS>
    (stop|quit) (filling|blowing|clogging|buzzing|pinging|flooding|cluttering) ..1 (phone|inbox|mobile|
        mailbox|email)
    (keep|stick|shove) {<THE>} <NEWS> .
    (will|gonna|going_to|ill|have_to) block (you|u|this|ur|your)
    wish i_had|id|i never (given|gave|signed|handed) ..4
    away with {<THE>} <NEWS>
    (want|wants|need|needs) none of {<THE>|it|this} [<NEWS>]
    (dont|do_not|not|never) {<SO>} (trouble|pursue|approach|worry|chase) (me|us|him|her|them|yourselves|my|
        our)
    (no|any) further (approach|letters?|mail|post|correspondence|attempts?|word)
    (nothing|no) more {is|to_be|should_be|be|will_be|please|from|of|was} (sent|addressed|received|please|
        from_you|of_this|of_these|posted|delivered)
    ^ [please|and|so|thanks|ok] no more .
    not|no (another|one_more|a_single_other) (word|text|message|e_?mail|survey|sms|letter)
    (last|final) (one|message|text|e_?mail|survey) (i_want|please|you_send|from_you|ever)
    (no_point|pointless|no_use|useless|waste_of_time) {in|to} (sending|writing|texting|emailing|contacting|
        messaging) ..1
    save (your|yourself|yourselves) {the} (stamps?|postage|trouble|bother|breath|effort)
    (close|closing) (my|our|the) (file|record)
    address (nothing|no) ..2 to
    (so|then|must|now) stop .
    # things that only somebody says who wants no more
    (do|live|manage|happier|better_off|fine) without {<THE>|getting|all|receiving|being|my_inbox} (<NEWS>|
        texted|emailed|contacted|these|them|this)
    (give_over|leave_off|lay_off|knock_off|pack_in|pipe_down|do_one|sling_your_hook|take_a_hike|clear_off|
        naff_off|on_your_bike|hop_off|back_off|shove_off) {with|the|my|your|these|me|texting|
        emailing} [<NEWS>|me]
    (turn|switch|shut|cut) {<THE>} <NEWS>|these|this|them|it off|out
    <NEWS> off please
    (had|have|heard) (enough|it_with|my_fill) {of|from|with} {<THE>} <NEWS>|you
    enough is enough
    ^ enough (already|now|please)
    (third|final|last|second|fourth) (request|warning|time_of_asking|time_asking) (to_stop|please_stop|stop|
        remove|to_be|to_remove|that_you)
    (one_more|another|any_more|next|if_i_get|if_i_receive|get_one_more|another_single) (text|e_?mail|
        message|call|sms|survey) {from_you|from_you_lot} (and|goes|from|ill|i_will|im|is|you|again|will|or)
    (harassment|harassing|spamming|bombarding|pestering|hounding|stalking|badgering|hassling|clogging|
        cluttering|flooding|filling_up|blowing_up) {me|us|up|my|this|our|the|him|her|an} [inbox|phone|
        mailbox|old]
    (consider|treat) {this|me|us|it|my|as} (unsubscribed|notice|formal|opted|removed|a_request|my_notice|
        out)
    (why|how) (am|are|did|is) (i|we|my) {still|even|get|end|number|name|up} on {<THE>|mailing} [<LIST>]
    (shouldnt|should_not|not_supposed_to|do_not_want_to|dont_want_to|never_asked_to|didnt_ask_to|
        no_reason_to|not_meant_to) be {on|in|getting|receiving|part_of} {<THE>|mailing|email} (<LIST>|
        <NEWS>)
    (do_not|dont|no_longer|never|didnt|not|without|without_my) {have|had|had_my|gave|give|got|get|given|
        my} {you|my|any} (permission|consent) {to|for} [<CONTACT>|<NEWS>|marketing]
    (consent|permission) {is|has|hereby|been|now|for|to|marketing|my} (withdrawn|revoked|refused|denied|
        removed)
    (nothing|no) (further|more|else) {please|at_all|from} {from_you|from_your_company|ever|please|is|will}
    (last|never) {time|thing|i|ever|want|to} {want|to} hear* {anything} from
    (wish|want|like|expect|prefer|need) {to} (hear|receive|get) (nothing|no) [more|further|else]
    (out_of|stay_away_from|leave_my|off|away_from) {my} (inbox|phone|mailbox|number|letterbox|dms) [alone]
    (ico|information_commissioner|data_protection_officer|dpo|data_deletion|deletion_request|
        erasure_request|right_to_be_forgotten|subject_access)
    (de_?regist|de_?list|black_?list|unregist)(er|ered|ed|)
    (delete|deleting|erase|forget) (me|us|my_existence|i_exist|we_exist|about_me)
    (respect|honour) {my|our|the} (wishes|privacy|choice|opt_out|request)
    (do_not|not|dont) (disturb|contact) list|.|please
    (cancel|scrap|ditch|bin|end|kill|drop|lose) (these|the|your|all|my|this|all_these) {daily|weekly|
        monthly|marketing|promotional|email} (<NEWS>|subscription)
    (shant|wont|not_going_to|no_longer) {be} {need|needing|want|wanting|require|requiring|reading|
        read} {<THE>} (<NEWS>)
    not (bothered_about|fussed_about|fond_of|keen_on|a_fan_of|up_for|happy_to_receive|happy_to_get|
        happy_getting|happy_receiving|okay_with|ok_with) {getting|receiving|these|being|more|any|the|your|
        all} (<NEWS>|these|texted|emailed|contacted)
    (part_of|understand_about|understand_by|get_about) stop
    stop means
    (please|pls|plz|kindly|just|now|interested|thanks) (stop|cease|desist|quit) .
    (can|could|may|must|should|let|make|will|have|need) ..1 (this|these|it|they|texts|emails|
        messages) {texts|emails|messages|all|please|just} stop
    (not|without|stopped|avoid|mind) (being|to_be|be|getting|receiving) {to} (contacted|e_?mailed|texted|
        called|messaged|written_to|these|any|bothered|disturbed|included)
    (not|mind_not) (texting|contacting|e_?mailing|messaging|writing_to|sending|bothering|calling) (me|us|
        him|her|any|these|this)
    not (wanting|needing|requiring) {any|more|of|to} {<THE>} <NEWS>|these|receive|be
    (dont|do_not|never) (use|share|sell|keep|store) {<MY>} (number|e_?mail|address|details|data|
        information) ..2 (for|marketing|anymore|any_more|again)
    (dont|do_not|never) {<SO>} (ask|try|bother|come|write|get_in_touch) (again|anymore|any_more)
    no part of {<THE>|mailing} (<LIST>|<NEWS>|this|it)
    (dont|do_not|dnt|not) (wanna|want_to|wish_to|like_to|need_to) be on (this|it|here|these|that|your|the|
        any)
    # these texts have to stop, are not wanted; can I just not get these
    <NEWS>|these|they|it|this [though|all|really|just] (need|needs|have|has|must|got|should|want|
        wants) to (stop|end|cease)
    <NEWS> {are|r|is|were} (not|no_longer|never|neither) {wanted|or} (wanted|welcome|needed|required|
        appreciated|requested)
    unwanted|unsolicited|unrequested <NEWS>
    (to_not|rather_not|just_not|can_i_not|can_we_not|could_i_not|may_i_not|please_not|want_not_to|
        prefer_not_to|avoid|not_to) {<SO>|be} (get|getting|receive|receiving|be_sent|be_getting|
        recieve) {<THE>} (<NEWS>|these|anymore|any_more|this|them|anything)
    (spare|exempt|excuse|exclude|omit) (me|us) {from} {<THE>} [<NEWS>]
    (dont|do_not|dnt|doesnt) {<SO>} (want|need|wanna|wants) {<THE>|nothing|no} (anymore|any_more|any_longer|
        no_more|from_u|from_you)
    (want|need) (nothing|no) ..2 from (u|you)
    (please|must|to|you|kindly|and|should) (cease|desist|refrain) [all|promotional|and] {<THE>} [<NEWS>|
        with]
    (asked|told|begged|requested|asking|telling|tell|ask) (you|u|your|ur|repeatedly|twice|before|already|
        nicely|politely|three|four|several|many|youse|them) ..4 to stop
    (say|tell|text|type|reply|shout|write|scream) {you|to|u|it|the|word|another} stop
    no need {for_you|to|keep|be|of} {to} <CONTACT> {<ME>|<THE>} [<NEWS>]
    (but|and|only|just|so) no {<THE>} (sms|spam|marketing|e_?mails?|newsletters?|messages|texts|calls|
        surveys) !from|since|yet|for|at|about|with
    (said|told|asked|texted|sent|replied|written|typed|text) {you|to|u|already|the_word} stop
    stop {<THE>} <NEWS>
    """,
)

# Asking to be taken off: these turn round when negated ("don't remove me").
REMOVAL = (
    """
    (want|get|let|take|put|keep|leave|strike|cross|pull|like|need|be|taken|have|wish|wants|wanted|come|
        coming|go|going|withdraw|wipe|clear|exclude|move|struck|removed) {me|us|him|her|to|be|to_be|to_come|
        my|name|number|email|address|taken|please|right|straight} (off|out_of) {<THE>|mailing|email|
        marketing|contact|customer|calling|text|sms|texting|distribution} <LIST>
    (get|take|keep|withdraw|have|want|wipe|clear|pull|exclude|strike|rub|scratch|move) {<MY>} <DATA> {right|
        completely|please} (out_of|off|from) ..3 <LIST>
    ^ [please] off {<THE>|mailing} (list|lists)
    <OFF> {please|pls|also} (me|us|him|her|them) {off|out|from|of|please|now|asap|immediately|
        straight_away} {<THE>|mailing|email|marketing|contact|customer|text|sms|calling|distribution} <LIST>
    (remove|delete|erase|delist|unlist|purge|remov|remve|delte) (me|us|him|her|them) [please|pls|now|asap|
        immediately|today|off|from]
    (take|get|strike|drop|cross|pull|knock|scratch|cut) (me|us|him|her) {right|the_hell|
        the_fuck} off [please|this|it|now|your|that]
    (take|get|strike|drop|cross|pull) (me|us|him|her) out of {<THE>|mailing|email} [<LIST>]
    (object|objecting|objection) to {<MY>} <DATA>
    (deleted?|deleting|erased?|erase|destroy|removed?) {<MY>|every|each|single|trace|personal|
        stored} (records?|trace|details|data|information)
    (remove|delete|erase|purge|wipe|scrub|destroy|expunge|take|strike|drop|forget|removing|deleting|erasing|
        remov|block) my|our|his|her|this|these|all|every|mums|dads|wifes|husbands {<MY>} <DATA> {off|out|
        from|of} {<THE>|mailing|email|marketing} [<LIST>]
    (remove|delete|erase|purge|expunge) the (number|e_?mail|address|contact) .|from|off
    (take|get|remove|leave|drop|delete) my (mum|mom|dad|mother|father|wife|husband|son|daughter|gran|nan|
        grandmother|aunt|
        uncle|parents|colleague|boss|partner) off|from|out|alone
    (scrap|shred|tear_up|rip_up|burn|rub_out|bin_off|ditch|wipe_out|get_rid_of) {<MY>} <DATA>
    gdpr ..5 (erase|delete|remove|deletion|erasure|removal)
    (erase|delete|remove|deletion|erasure|removal) ..5 gdpr
    removal please|from|requested
    expunge (us|me|our|my|him|her|this)
    ^ [please|pls|kindly|and|just] (remove|delete) .
    (removal|deletion|erasure|suppression) {of} {<MY>} (<DATA>|from)
    (be|get|getting|being|have_me|have_us|see_me) {immediately|permanently|completely|fully|my|all|our|
        personal} {<DATA>} (removed|dropped|left_out|withdrawn|taken_off|deleted|unsubscribed|struck_off|
        erased|excluded|purged|taken_out|suppressed|delisted|opted_out) {off|from|of|out} {<THE>|mailing|
        email|marketing} [<LIST>]
    (was|were|been|got) (removed|taken_off|deleted|unsubscribed) {from|off} {<THE>|mailing} <LIST>|
        by_mistake|by_accident|in_error
    (you|they) (removed|deleted|erased|took|struck|purged) (me|us|my|our) {name|details|data|number} [off|
        from|out]
    un_?sub?scri*|un_?subsri*|unsuscr*|unscri*|un_?sub|un_?subs|unsusbs*|unsubc*|unsubrib*|desubscri*|
        de_subscri*|unsbscri*|unsubsi*|unsubsrc*|unsubcri* !link|button|page|option|process|feature|rate|
        form|footer|procedure|box
    opt|opting|opted {me|us|myself} out
    (cancel|end|terminate|stop|discontinue|close|suspend) (me|my|this|our|the) {email|newsletter|mailing|
        sms|text|marketing} (e_?mails|newsletters?|texts|updates|alerts)
    (cancel|end|terminate|stop|discontinue|close) {my|this|our|the|your} (email|newsletter|mailing|sms|text|
        marketing) (subscription|account|registration|sign_up)
    cancel me
    (want|like|wish|prefer|need|id_like|wanna) (me|us|it|this|these|them|you) {all|to} (stop|end|cease|gone|
        to_stop|stopped)
    """,
    """
    stop|quit|cease|end|discontinue|refrain|halt|desist {please|with|from|and_desist|all|any|immediately|
        this|of|the|fucking|bloody|using|to|flipping} <CONTACT> {me|us|this|these|them|to|him|her|my|your|
        anything} [<NEWS>|number|anymore|now]
    stop|quit|cease|end|discontinue|halt|suspend {please|with|from|and_desist|all|any|immediately|<THE>|
        future|sending|me} <NEWS>|<STUFF>|mess*
    stopp*|stoped (<CONTACT>|<NEWS>|sending|it|these|this|them)
    (stop|quit|cease|end) (it|this|these|those|them|that) {please|now|all|right_now|at_once|immediately}
    (make|making) (it|these|them|this) stop
    cease and desist
    (want|like|wants|need) out .
    """,
    """
    # the law
    (withdraw|revoke|retract|rescind|withdrawing|revoking|withdrawal_of|remove|cancel|withdrawn) {my|our|
        any|all|previous|given|prior|hereby|marketing} (consent|permission|authorisation|authorization)
    object|objecting|objection|oppose|opposed {formally|hereby|strongly|under|article|art|21|gdpr|of_the|
        pursuant|the|to|uk|my|in_accordance_with|all|further|any} (processing|direct_marketing|the_use|
        use_of|being_contacted|further|marketing|gdpr|receiving)
    right {to|of} (erasure|be_forgotten|object|deletion|opt_out|withdraw)
    (never|not|didnt|dont_remember|did_not|havent|have_not|dont_recall) {ever|even|actually|i|knowingly|
        remember} (signed|opted|signing|sign|opt|subscribed|subscribe|consented|consent|asked_to_receive|
        asked_for|agreed_to_receive|agreed_to_be|gave_you|gave|given) {you} {up|in|to|for|my} (this|these|
        any|your|receive|be|permission|consent|anything|it|<NEWS>|number|email|contacted|texted|in|up)
    (never|didnt|did_not) (subscribed?|signed_up|opted_in|sign_up|opt_in)
    (do_not_call|do_not_contact|suppression|tps|telephone_preference_service) (list|register|registered|
        service)
    """,
    """
    (get_rid_of) {<MY>} <DATA>
    unsub* (link|button|page|option|form) {is|in|at|your|the|of|email} (doesnt|does_not|not|broken|dead|
        isnt|never|wont|didnt|fails|missing)
    already (unsubscribed|opted_out|asked_to_be_removed)
    opted out
    (block|blocking|blocked|report|reporting|reported) {you|this|your|the} (you|number|sender|emails?|
        as_spam|for_spam|as_junk)
    (i_want_out|want_off|let_me_out|count_me_out|get_me_out)
    """,
)

# Words of stopping near words of writing, however they are put: an opt-out perhaps, for a person to judge.
LOOSE = (
    """
    stop|cease|desist|discontinue|refrain !by|off|at|over|and|start|working|for|buying ..3 <OBJECT>
    remove|delete|erase|unsubscribe|exclude|expunge|purge|scrub ..3 <OBJECT>
    remove|delete|erase (it|that|this|them) .
    <SUBJECT> ..5 (should|must|to|need|needs|please|can|could|will|now) ..1 (stop|cease|end)
    <SUBJECT> ..5 (removed|deleted|erased|unsubscribed)
    """,
)
