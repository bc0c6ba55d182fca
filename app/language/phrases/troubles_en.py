"""What went wrong, told in English: an event (late, broken, no answer, charged twice), not a mere judgement."""

SETS = {
    "BAD": "broken|damaged|defective|faulty|smashed|cracked|ruined|soaked|leaking|mouldy|moldy|rotten|"
    "incomplete|dented|scratched|shattered|"
    "torn|expired|bust|corked|rusty|crushed|split|missing|bent|wrecked|spoiled|spoilt|knackered|snapped",
    "MISTAKEN": "wrong|incorrect|different|mistaken|inflated",
    "ITEM": "items?|orders?|parts?|products?|sizes?|colours?|colors?|models?|goods|parcels?|deliver*|"
    "invoices?|bills?|address|amount|price|"
    "charges?|bearings?|thing|stuff|packages?|boxe?s?|details|meter|reading|machines?|bottles?|wine|"
    "dates?|cartridges?|account|bit|bits|"
    "quantity|specs?|kit|units?|tariff|quote|pieces?|spares?",
    "DONE": "answer*|repl(y|ied|ies)|respond*|call*_back|(call|ring|phone|get)_(me|us)_back|called|arriv*|"
    "deliver*|show*|turn*_up|turned|fix*|"
    "resolv*|got_back|get_back|gets_back|came|come|comes|received|sorted|sort|refund*|sent|picked_up|"
    "pick_up|picks_up|follow*|repair*|"
    "explain*|credited|shipped|dispatched|bother*|cared|listen*|acknowledg*|materialis*|processed|"
    "cancelled|collected|honoured|told|warned|phoned|contacted",
    "SINCE": "days|weeks?|months?|years?|hours?|january|february|march|april|may|june|july|august|"
    "september|october|november|december|"
    "monday|tuesday|wednesday|thursday|friday|christmas|easter|ages|forever|fortnight|yesterday|summer",
    "REP": "reps?|engineers?|technicians?|courier|driver|salesman|support|customer_service|helpline|"
    "account_manager|agent|fitter|plumber|"
    "electrician|customer_services|operator|nobody|noone|no_one|your_lot|you_lot|guy|service_desk|"
    "helpdesk|hotline|installer|installers",
}

COMPLAINT = (
    """
    complain*|complaint|unacceptable|compensation
    (<BAD>) !link|english
    <MISTAKEN> {bloody|damn|the|size|colour} <ITEM>
    <ITEM> {was|were|is|are|came|still|always|all|it|details} <MISTAKEN>
    (nobody|no_one|noone|never|not|didnt|havent|hasnt|dont|wont|doesnt|isnt|werent|wasnt|arent|
        cant_get_anyone_to|not_once|nothing|neither) {has|have|had|ever|even|bothered|to|one|of|you|they|
        yet|me|us|anyone|your|once|the|it|actually|properly|really|was|been|any|my|a|able} <DONE>
    no {one|further|word|explanation|single|proper} (reply|response|answer|apology|explanation|warning|
        notice|update|refund|refunds|follow_up|credit_note|sign_of|word_since|communication_since)
    (without|with_no|zero) {a|any|so_much_as|even|an|the|proper} (reply|response|answer|apology|explanation|
        warning|notice|heating|power|hot_water|internet|gas|electricity|asking|telling|word|instructions|
        parts?)
    (still|been|kept|im|am|were|always|left|had_to|keep|keeps|be) {on_hold|me|us|and|here|im|i|
        been} (waiting|wait|on_hold|hanging|stuck|chasing|without)
    (waited|waiting) {for|over|nearly|almost|about|more|than|at|least|in|all|from|around|since|an|a|two|
        three|four|five|six|\\d+|ten|the|my|refund|parcel|engineer|technician} (<SINCE>|day|morning|
        afternoon|in|engineer|refund|parcel|hour)
    still {has|have|had|is|i|im|it|havent|hasnt|dont|no|not|the} (no|not|havent|hasnt|broken|nothing|
        missing|waiting|unresolved|unpaid|doesnt|isnt|owe|leaking|making_that|wrong|hasn|outstanding|faulty|
        chasing)
    (arrived?|came|come|comes|delivered|delivery|shipment|order|parcel|always|keeps?|turned_up|turns_up|
        engineer|you|showed_up|parts?|driver|courier|invoice|payment|they) {was|were|is|are|a|two|three|
        very|again|being|day|days|week|weeks|months|hours|\\d+|over|an|so|every|time|month} late !reply
    (keeps?|kept) [on] (logging|signing|kicking|throwing|asking|telling|turning|switching|shutting|closing|
        going|sending|falling|buzzing|beeping|rattling|making) ..2 (out|off|down|wrong|again|down|noise|
        apart|error|errors|the_same|for_the_same)
    (closes|shuts|turns|switches|restarts|logs) {me|itself} (itself|down|off|out) {by|on|randomly|whenever|
        every} [itself|whenever|time|when]
    (missed|skipped|cancelled) {two|three|my|our|the|both|last|every|several|four|a|\\d+} (appointments?|
        deadlines?|slots?|calls|visits?|deliver*|bookings?)
    (remains|remain|remained|sat|been|is) (open|unresolved|unpaid|outstanding|out_of_order|out_of_action|
        down|offline|dead|ignored) (and|since|for|after|with|because|again|all)
    (out_of_order|out_of_action|not_a_peep|not_a_word|no_joy|not_fit_for_purpose|gone_off|went_off|
        fell_apart|falling_apart|came_apart|came_off|fell_off)
    (goes_off|cuts_out|trips|drips|leaks|rattles|overheats|jams|beeps|squeaks) {out|off|again|constantly|
        all} (every|constantly|all|at|when|whenever|each|randomly|like)
    (has|have|had|with|got) (a|an|two|three|huge|big|massive) {huge|big|massive|nasty} (dents?|cracks?|
        holes?|leaks?|scratch*|chips?|faults?|tears?|stains?|rip)
    paid for {the|an} (express|next_day|priority|next|premium|guaranteed) ..5 (took|came|arrived|late|
        tuesday|days|week|later|never)
    (sagged|peeled|warped|faded|shrunk|rusted|snapped|cracked|gave_up|packed_up|conked_out|died_on_me|
        stopped_charging) (after|in|within|on|already) ..2
    (left|leaving) (the|a|my) (gate|door|mess|rubbish|hole|floor|tap|window) ..1 (open|behind|everywhere|
        running|unlocked|in|all)
    (ate|lost|swallowed|cancelled|duplicated) my (order|booking|basket|payment|points|parcel|card)
    (closed|shut|ignored|deleted) (my|the|our) (ticket|case|complaint|query|claim) (without|before|again|
        and)
    (put|putting|hiked|raised|upped) {my|the|our|up} (direct_debit|bill|price|prices|premium|rent|fee|
        fees) ..1 (without|twice|again|with_no)
    (four|three|five|six|several|two|\\d+) (visits|calls|trips|attempts|emails|goes) to (fix|sort|get|mend|
        repair|change|cancel|find|install)
    ordered ..4 (got|received|sent_me|came|arrived|turned_up) ..1
    (doubled|tripled|quadrupled|shot_up|gone_up) ..4 (nobody|no_one|without|no_explanation|why|overnight|
        for_no_reason)
    (nobody|no_one|noone|none_of_you) (can_(tell|explain|help|say|give)|could_(tell|explain|help)|
        will_(help|answer|explain)|seems_to|knows|knew|bothered|ever|cares|turned|came|apologised|told_me)
    quote* {said|was} ..3 (invoice|bill|charged|billed|paid)
    (invoice|bill) {said|says|was} ..3 (quote|quoted)
    (keeps?|kept) {on|it} (breaking|crashing|failing|freezing|dropping|cutting_out|tripping|leaking|
        stopping|going_wrong|losing|sending_me_invoices|jamming|charging|ignoring|overheating|disconnecting|
        getting_it_wrong)
    (doesnt|dont|didnt|not|stopped|wont|never|isnt|isn_t|hasnt) {even|actually|properly|really|been|
        quite} (work|working|worked|start|fit|match|turn_on|function|switch_on|load|print|connect) !here|
        there|at|for_you|for_us|for_them|with|in|any_more|anymore
    (crash|freez|leak|jam)(es|ed|s|e|en|ing) !out|up
    broke|breaks (again|after|down|within|on|twice|the|in|every) ..3
    (third|fourth|fifth|umpteenth|sixth|nth|second|3rd|4th|2nd) (time|attempt|call|complaint|delivery|
        engineer|visit|email)
    (lawyer|solicitor|small_claims|ombudsman|trading_standards|legal_action|court|bbb|ofgem|citizens_advice|
        chargeback)
    """,
    """
    (overcharg|double_charg|mis_?s(old|ell)|short_chang|double_bill|over_bill|overbill)*
    (charged?|billed|charging|took|taken|paid|invoiced|debited|taking|deducted) {me|us|out|the|for|fee|
        money|gym|twice|my|card|account|a|it|\\d+} (twice|double|three_times|again|extra|too_much|more_than|
        for_something|for_a|even_though|without|after_i|late_fee|hidden|a_fortune_for)
    (hidden|unexplained|extra|surprise|unexpected|unauthorised) (charges?|costs?|fees?|payments?|debits?)
    (sold|mis_sold) (me|us) !my
    (want|need|demand|where|get|got|owed|owe|waiting|awaiting|promised|chasing|refused|due|expect|still|no|
        for|process|request|issue|asked) {for|a|my|me|is|the|full|to|an|s|on|your|of|partial|that|
        some} (refund|money_back|compensation|credit_note|reimbursement)
    (refund|credit_note|money) {i|was|me|has|still|never|you|is|been|my} (never|not|now|hasnt|promised|
        refused|denied|hasn|please|owed|back)
    (let|leave|left|leaving) (me|us) (down|stranded|hanging|waiting|high_and_dry|in_the_lurch|without|
        freezing|on_hold)
    (ripp?ed|rip|ripping|stitched|fobbed|palmed|cut|messed|mucked|jerked|strung|passed|fobbing|bounced|
        pushed|given) (me_|us_)?(off|up|around|about|along|from_pillar|from_department|the_runaround)
    (had_to|forced_to|having_to|have_to|end_up|ended_up) {go|and|re|keep|then|always|actually|myself|
        just} (buy|pay|redo|chase|chasing|call|ring|send_it_back|return|wait|replace|cancel|throw|explain|
        repeat|borrow|fix|bin|reorder|sort_it|phone|email|drive|beg|scrap|escalate|paying|buying)
    (took|taken|takes|taking|spent|wasted|lost) {you|them|it|me|us|over|nearly|almost|about|more|than|a|
        whole|another|best|part|of|the|good} (\\d+|two|three|four|five|six|seven|eight|nine|ten|eleven|
        twelve|fifteen|twenty|an|hours?|days?|weeks?|months?|forever|ages|several|half) {and|a|working|full|
        whole|half|an|of} [days?|weeks?|months?|hours?|emails?|calls?|attempts?|hour|minutes|day|visits|
        phone_calls|years?]
    (\\d+|two|three|four|five|six|seven|eight|nine|ten|eleven|several|multiple|countless|numerous|many|
        endless) {unanswered|separate|different|working|whole} (emails?|calls?|attempts?|phone_calls|
        messages|reminders|complaints|chasers) {and|later|before|to|with|unanswered|but|i|still|
        since} (later|nobody|no|nothing|still|before|unanswered|to|ignored|and)
    (ignored|ignoring|ignores|ignore) {my|our|me|us|all|every|by|everything|for|the|completely} (me|us|
        emails?|calls?|complaints?|requests?|messages?|weeks|months|your|questions?)
    (raised|logged|opened|lodged|filed|made|making|submitted|put_in|register|raise|lodge) {a|an|two|three|
        four|several|multiple|\\d+|the|many|formal|another} (cases?|tickets?|complaints?|disputes?|fault|
        faults|claims?)
    (tickets?|cases?|complaint|claim|query|issue|dispute) {is|was|still|been|has|all|got|
        remains} (open_(since|for)|closed_(with|without)|ignored|unanswered|unresolved|outstanding)
    (left_in_the_rain|gone_quiet|gone_silent|radio_silence|hung_up_on|cut_off|hung_up|put_the_phone_down|
        went_quiet|went_silent|gone_awol|no_show|nowhere_to_be)
    (rude|abrupt|unhelpful|dismissive|arrogant|useless|incompetent|condescending) {and|to|as|young|little|
        bunch|on|your|the} (staff|<REP>|person|man|woman|lad|girl|manager|people|me|us|phone|member|
        customer)
    (<REP>|staff|manager) {was|were|is|are|who|that|so|really|very|extremely|incredibly|never|just} (rude|
        abrupt|unhelpful|dismissive|arrogant|useless|incompetent|condescending|shouted|late|clueless|
        ignored)
    (hours?|minutes|mins) {waiting|spent} (on_hold|on_the_phone|in_a_queue|in_the_queue|listening_to)
    (promised|agreed|guaranteed|assured|told) {delivery|me|us|a|it|by|on|that|would|the|next|day|and|but|
        callback|call|refund|someone|be} (never|nothing|didnt|wasnt|but_no|still|hasnt|failed)
    (failed|failure|refus|neglect)* to (deliver|reply|respond|refund|honour|fix|show|turn_up|call|answer|
        arrive|meet|provide|help|resolve|collect|acknowledge|install|repair)
    (mistakes?|errors?|problems?|issues?|faults?|delays?|trouble) {with|on|in|again|every|after|to|of|my|
        our|your|the|constant|billing} (every|invoices?|orders?|bills?|delivery|deliveries|billing|
        unresolved|again|payments?|installation|software|boiler|machine|never|and_no)
    (lost|losing|loses|misplaced) {you|my|our|the|it|half|of} (order|orders|parcel|paperwork|package|file|
        returns?|shipment|documents|luggage)
    (nine|eight|seven|six|five|four|three|two|half|one) {of|them|the|were|it|arrived|bottles} (smashed|
        missing|broken|short|cracked)
    (beschwerde|beschweren|reklamation|reklamier*|kaputt|defekt|verspatet|nie_angekommen|nicht_angekommen|
        erstattung|reclamation|rembours*|casse*|en_retard|jamais_(recu|arrive*|repondu)|en_panne|defectueu*)
    """,
)
