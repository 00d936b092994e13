package dev.rejoinder.preferences;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rejoinder.preferences.mining.Judged;
import dev.rejoinder.preferences.mining.Rules;
import dev.rejoinder.preferences.mining.jdbc.PairShelf;
import dev.rejoinder.proto.chat.v1.ModelVersion;
import dev.rejoinder.proto.chat.v1.Role;
import dev.rejoinder.proto.inference.v1.GenerateRequest;
import dev.rejoinder.proto.preferences.v1.Origin;
import dev.rejoinder.proto.preferences.v1.PairEvent;
import dev.rejoinder.proto.preferences.v1.PairMined;
import dev.rejoinder.proto.preferences.v1.RejectReason;
import dev.rejoinder.proto.signals.v1.SignalEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Mining against a real database and real gRPC neighbours. */
class MiningTest {
    private static Parts parts;

    @BeforeAll
    static void start() {
        parts = Parts.withoutKafka();
    }

    @AfterAll
    static void stop() {
        parts.close();
    }

    @BeforeEach
    void forget() {
        parts.forgetEverything();
        parts.inference.requests.clear();
        parts.reward.requests.clear();
    }

    private static List<PairEvent> mine(Rules rules, SignalEvent... signals) {
        List<Judged> batch = Stream.of(signals).map(Judged::of).toList();
        return parts.miner(rules).mine(batch).events();
    }

    private static List<PairEvent> mine(SignalEvent... signals) {
        return mine(Parts.RULES, signals);
    }

    private static List<PairMined> pairs(List<PairEvent> events, Origin origin) {
        return events.stream()
                .filter(PairEvent::hasMined)
                .map(PairEvent::getMined)
                .filter(pair -> pair.getOrigin() == origin)
                .toList();
    }

    private static List<RejectReason> reasons(List<PairEvent> events) {
        return events.stream()
                .filter(PairEvent::hasRejected)
                .map(event -> event.getRejected().getReason())
                .toList();
    }

    private static List<PairShelf.Placed> shelf() {
        return new PairShelf(parts.jdbi).after(0, 1000);
    }

    @Test
    void aComplaintYieldsTheTwoLikeliestSamplesOfTheToldPolicyWithTheirLineage() {
        SignalEvent complaint = Signals.complaint("Brest");

        List<PairMined> pairs = pairs(mine(complaint), Origin.ORIGIN_ON_POLICY);

        assertThat(pairs).hasSize(2);
        PairMined pair = pairs.getFirst();
        assertThat(pair.getPromptList()).isEqualTo(Signals.promptOf(complaint));
        assertThat(pair.getRejected()).isEqualTo(Signals.LONG_REPLY);
        assertThat(pair.getFollowUp()).isEqualTo(Signals.GRUMBLE);
        assertThat(pair.getTurnIdsList()).containsExactly("turn-Brest-1", "turn-Brest-2");
        assertThat(pair.getSignalIdsList()).containsExactly("signal-Brest-1");
        assertThat(pair.getUserHash()).isEqualTo("user-of-Brest");
        assertThat(pair.getVersion()).isEqualTo(Signals.BASE);
        assertThat(pair.getChosenComplete()).isTrue();
        assertThat(pair.getChosenMeanLogProb()).isEqualTo(-0.9f);
        assertThat(pair.getMargin())
                .isEqualTo(
                        TestingReward.followUpMeanLogProb(pair.getRejected())
                                - TestingReward.followUpMeanLogProb(pair.getChosen()));
    }

    @Test
    void thePolicyIsToldByTheFollowUpAndByASystemMessageAndNothingIsRecorded() {
        mine(Signals.complaint("Brest"));

        assertThat(parts.inference.requests)
                .allSatisfy(request -> assertThat(request.getRecord()).isFalse())
                .allSatisfy(request -> assertThat(request.getModel()).isEqualTo("testing@base"))
                .extracting(request ->
                        request.getMessagesList().stream().map(m -> m.getRole()).toList())
                .containsExactlyInAnyOrder(
                        List.of(Role.ROLE_USER, Role.ROLE_ASSISTANT, Role.ROLE_USER),
                        List.of(Role.ROLE_SYSTEM, Role.ROLE_USER));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aComplaintAnsweredWellIsANaturalRetryWhicheverSignalComesFirst(boolean complaintFirst) {
        SignalEvent complaint = Signals.complaint("Brest");
        SignalEvent satisfaction = Signals.satisfaction("Brest");

        List<PairEvent> events = new ArrayList<>();
        events.addAll(mine(complaintFirst ? complaint : satisfaction));
        events.addAll(mine(complaintFirst ? satisfaction : complaint));

        assertThat(pairs(events, Origin.ORIGIN_NATURAL_RETRY))
                .singleElement()
                .satisfies(pair -> {
                    assertThat(pair.getPromptList()).isEqualTo(Signals.promptOf(complaint));
                    assertThat(pair.getChosen()).isEqualTo(Signals.secondReply("Brest"));
                    assertThat(pair.getRejected()).isEqualTo(Signals.LONG_REPLY);
                    assertThat(pair.getTurnIdsList())
                            .containsExactly("turn-Brest-1", "turn-Brest-2", "turn-Brest-3");
                    assertThat(pair.getSignalIdsList())
                            .containsExactly("signal-Brest-1", "signal-Brest-2");
                });
    }

    @Test
    void aSecondComplaintTeachesAboutTheFirstRequestAgainstTheReplyThatFailedLast() {
        SignalEvent first = Signals.complaint("Brest");
        SignalEvent second = Signals.stillNot("Brest");

        mine(first);
        List<PairEvent> events = mine(second);

        assertThat(pairs(events, Origin.ORIGIN_ON_POLICY))
                .isNotEmpty()
                .allSatisfy(pair -> {
                    assertThat(pair.getPromptList()).isEqualTo(Signals.promptOf(first));
                    assertThat(pair.getRejected()).isEqualTo(Signals.failedRetry("Brest"));
                    assertThat(pair.getFollowUp()).isEqualTo(Signals.SECOND_GRUMBLE);
                });
    }

    @Test
    void aRetryThatTalksAboutTheComplaintIsNotLearnedAgainst() {
        SignalEvent first = Signals.complaint("Brest");
        SignalEvent second =
                Signals.with(
                        Signals.stillNot("Brest"),
                        s -> s.setReply("Sorry, you are right, I will keep that in mind."));

        mine(first);
        List<PairEvent> events = mine(second);

        assertThat(pairs(events, Origin.ORIGIN_ON_POLICY))
                .isNotEmpty()
                .allSatisfy(pair -> assertThat(pair.getRejected()).isEqualTo(Signals.LONG_REPLY));
    }

    @Test
    void satisfactionAfterTwoComplaintsIsANaturalRetryOfTheFirstRequest() {
        SignalEvent first = Signals.complaint("Brest");
        Rules onePairEach =
                new Rules(
                        new Rules.OnPolicy(5, 0, 128, 1),
                        Parts.RULES.bestOfN(),
                        Parts.RULES.curation());
        mine(onePairEach, first, Signals.stillNot("Brest"));

        List<PairEvent> events = mine(onePairEach, Signals.satisfiedAtLast("Brest"));

        assertThat(pairs(events, Origin.ORIGIN_NATURAL_RETRY))
                .as("dropped: %s", reasons(events))
                .singleElement()
                .satisfies(pair -> {
                    assertThat(pair.getPromptList()).isEqualTo(Signals.promptOf(first));
                    assertThat(pair.getChosen()).isEqualTo(Signals.thirdReply("Brest"));
                    assertThat(pair.getRejected()).isEqualTo(Signals.failedRetry("Brest"));
                    assertThat(pair.getTurnIdsList())
                            .containsExactly(
                                    "turn-Brest-1", "turn-Brest-2", "turn-Brest-3", "turn-Brest-4");
                    assertThat(pair.getSignalIdsList())
                            .containsExactly("signal-Brest-1", "signal-Brest-2", "signal-Brest-3");
                });
    }

    @Test
    void bothHalvesInOneBatchMakeOneNaturalRetry() {
        List<PairEvent> events = mine(Signals.complaint("Brest"), Signals.satisfaction("Brest"));

        assertThat(pairs(events, Origin.ORIGIN_NATURAL_RETRY)).hasSize(1);
    }

    @Test
    void theSameSignalsGiveTheSameRequestsAndPairsAgainOnAnEmptyDatabase() {
        SignalEvent[] signals = {
            Signals.complaint("Brest"), Signals.satisfaction("Brest"), Signals.complaint("Bergen")
        };
        List<String> first = ids(mine(signals));
        List<GenerateRequest> asked = sorted(parts.inference.requests);
        forget();

        List<String> second = new ArrayList<>();
        for (SignalEvent signal : signals) second.addAll(ids(mine(signal)));

        assertThat(second).containsExactlyInAnyOrderElementsOf(first);
        assertThat(sorted(parts.inference.requests)).isEqualTo(asked);
    }

    private static List<String> ids(List<PairEvent> events) {
        return events.stream().map(PairEvent::getEventId).toList();
    }

    private static List<GenerateRequest> sorted(Iterable<GenerateRequest> requests) {
        List<GenerateRequest> sorted = new ArrayList<>();
        requests.forEach(sorted::add);
        sorted.sort(java.util.Comparator.comparing(r -> r.getSampling().getSeed()));
        return sorted;
    }

    @Test
    void aSignalThatComesAgainIsToldTheSameEventsAndAsksNobody() {
        List<PairEvent> first = mine(Signals.complaint("Brest"));
        parts.inference.requests.clear();

        List<PairEvent> again = mine(Signals.complaint("Brest"));

        assertThat(again).containsExactlyInAnyOrderElementsOf(first);
        assertThat(parts.inference.requests).isEmpty();
        assertThat(shelf()).hasSize(2);
    }

    @Test
    void aSignalThatWasOnlyRememberedWhenTheProcessDiedIsMinedWhenItComesAgain() {
        parts.ledger().remember(List.of(Judged.of(Signals.complaint("Brest"))));
        parts.ledger().remember(List.of(Judged.of(Signals.satisfaction("Brest"))));

        List<PairEvent> events = mine(Signals.complaint("Brest"), Signals.satisfaction("Brest"));

        assertThat(pairs(events, Origin.ORIGIN_ON_POLICY)).hasSize(2);
        assertThat(pairs(events, Origin.ORIGIN_NATURAL_RETRY)).hasSize(1);
    }

    @Test
    void withoutConsentNothingIsAskedAndNoTextIsKept() {
        SignalEvent complaint =
                Signals.with(Signals.complaint("Brest"), s -> s.setTrainingConsent(false));

        List<PairEvent> events = mine(complaint, Signals.satisfaction("Brest"));

        assertThat(reasons(events)).containsExactly(RejectReason.REJECT_REASON_NO_CONSENT);
        assertThat(shelf()).isEmpty();
        assertThat(parts.inference.requests).isEmpty();
        assertThat(parts.reward.requests).isEmpty();
        boolean textKept =
                parts.jdbi.withHandle(handle ->
                        handle.createQuery(
                                        "select payload is not null from"
                                                + " preferences.signals where event_id ="
                                                + " 'signal-Brest-1'")
                                .mapTo(Boolean.class)
                                .one());
        assertThat(textKept).isFalse();
    }

    @Test
    void aUserGetsNoMorePairsThanTheCapAndThenIsNotSampledForAnyMore() {
        for (String place : List.of("Brest", "Bergen", "Bari", "Bilbao"))
            mine(Signals.with(Signals.complaint(place), s -> s.setUserHash("one user everywhere")));

        assertThat(shelf()).hasSize(Parts.RULES.curation().userCap());
        assertThat(new PairShelf(parts.jdbi).summary().rejected())
                .containsEntry(RejectReason.REJECT_REASON_USER_CAP, 3L);
        assertThat(parts.inference.requests)
                .noneMatch(request -> request.toString().contains("Bari"));
    }

    @Test
    void aReplyTheFollowUpIsAsLikelyAfterIsNoBetter() {
        // With a reply this short before it, the follow-up is no likelier than after any sample.
        SignalEvent complaint =
                Signals.with(Signals.complaint("Brest"), s -> s.setReply("Ocean tide, of course."));

        List<PairEvent> events = mine(complaint);

        assertThat(shelf()).isEmpty();
        assertThat(reasons(events)).isNotEmpty().containsOnly(RejectReason.REJECT_REASON_MARGIN);
    }

    @Test
    void aNaturalRetryTheBaseFindsUnlikelyIsDropped() {
        SignalEvent satisfaction =
                Signals.with(
                        Signals.satisfaction("Brest"),
                        s -> s.setReply("The ocean is gibberish at Brest."));

        List<PairEvent> events = mine(Signals.complaint("Brest"), satisfaction);

        assertThat(pairs(events, Origin.ORIGIN_NATURAL_RETRY)).isEmpty();
        assertThat(reasons(events)).contains(RejectReason.REJECT_REASON_UNLIKELY);
    }

    @Test
    void aNaturalRetryThatApologisesOrBreaksOffIsDropped() {
        SignalEvent sorry =
                Signals.with(
                        Signals.satisfaction("Brest"),
                        s -> s.setReply("Sorry about that! The moon lifts the ocean."));
        SignalEvent cut =
                Signals.with(
                        Signals.satisfaction("Bergen"),
                        s -> s.setReply("The moon lifts the ocean because of the way in which"));

        List<PairEvent> events =
                mine(Signals.complaint("Brest"), sorry, Signals.complaint("Bergen"), cut);

        assertThat(pairs(events, Origin.ORIGIN_NATURAL_RETRY)).isEmpty();
        assertThat(reasons(events))
                .contains(
                        RejectReason.REJECT_REASON_META_TALK,
                        RejectReason.REJECT_REASON_INCOMPLETE);
    }

    @Test
    void theSamePairFromTwoUsersIsKeptOnceAndTheSecondFindHasAKeyOfItsOwn() {
        // Only the natural retry: sampled replies differ with the signal's seed.
        Rules natural =
                new Rules(
                        new Rules.OnPolicy(0, 0, 128, 2),
                        Parts.RULES.bestOfN(),
                        Parts.RULES.curation());
        mine(natural, Signals.complaint("Brest"), Signals.satisfaction("Brest"));

        List<PairEvent> second =
                mine(
                        natural,
                        elsewhere(Signals.complaint("Brest")),
                        elsewhere(Signals.satisfaction("Brest")));

        assertThat(shelf()).hasSize(1);
        assertThat(reasons(second)).containsExactly(RejectReason.REJECT_REASON_DUPLICATE);
        assertThat(dev.rejoinder.preferences.mining.PairEvents.key(second.getFirst()))
                .isNotEqualTo(shelf().getFirst().pair().getPairId());
    }

    private static SignalEvent elsewhere(SignalEvent event) {
        return Signals.with(
                        event,
                        s ->
                                s.setUserHash("someone else")
                                        .setTurnId("other-" + s.getTurnId())
                                        .setFollowUpTurnId("other-" + s.getFollowUpTurnId()))
                .toBuilder()
                .setEventId("other-" + event.getEventId())
                .build();
    }

    @Test
    void aRetiredVersionsModelIsAskedInItsPlace() {
        SignalEvent complaint =
                Signals.with(
                        Signals.complaint("Brest"),
                        s ->
                                s.setVersion(
                                        ModelVersion.newBuilder()
                                                .setModelId("testing")
                                                .setVersion("v1-retired")));

        mine(complaint);

        assertThat(shelf()).hasSize(2);
        assertThat(parts.inference.requests)
                .extracting(GenerateRequest::getModel)
                .contains("testing@v1-retired", "testing");
    }

    @Test
    void aBusyInferenceIsWaitedForWithoutLosingTheOtherSamples() {
        parts.inference.busy.set(1);

        mine(Signals.complaint("Brest"), Signals.complaint("Bergen"));

        assertThat(shelf()).hasSize(4);
        assertThat(parts.inference.requests).hasSize(5);
    }

    @Test
    void aChatThatFillsTheContextYieldsNoSamplesButItsNaturalRetry() {
        String endless = "The ocean rises and falls. ".repeat(900);
        SignalEvent complaint = Signals.with(Signals.complaint("Brest"), s -> s.setReply(endless));

        List<PairEvent> events = mine(complaint, Signals.satisfaction("Brest"));

        assertThat(pairs(events, Origin.ORIGIN_NATURAL_RETRY)).hasSize(1);
    }

    @Test
    void anEmptyReplyIsNoSideOfAPair() {
        SignalEvent complaint = Signals.with(Signals.complaint("Brest"), s -> s.setReply("  "));

        assertThat(mine(complaint, Signals.satisfaction("Brest"))).isEmpty();
        assertThat(parts.inference.requests).isEmpty();
    }

    @Test
    void ofEightSamplesTheBestAndTheWorstByFlrAreAPair() {
        Rules all =
                new Rules(
                        Parts.RULES.onPolicy(),
                        new Rules.BestOfN(1, 8, 128, 0.05),
                        Parts.RULES.curation());

        List<PairEvent> events = mine(all, Signals.satisfaction("Brest"));

        assertThat(pairs(events, Origin.ORIGIN_BEST_OF_N))
                .singleElement()
                .satisfies(pair -> {
                    assertThat(pair.getMargin()).isGreaterThan(0.05);
                    assertThat(pair.getFollowUp()).isEmpty();
                    assertThat(pair.getTurnIdsList()).containsExactly("turn-Brest-2");
                    assertThat(pair.getChosen()).isNotEqualTo(pair.getRejected());
                });
        assertThat(parts.inference.requests)
                .singleElement()
                .satisfies(request -> assertThat(request.getN()).isEqualTo(8));
    }

    @Test
    void manyComplaintsAreScoredInFewCallsOfAtMost64Chats() {
        SignalEvent[] many =
                IntStream.range(0, 20)
                        .mapToObj(i -> Signals.complaint("Harbour" + i))
                        .toArray(SignalEvent[]::new);

        mine(many);

        assertThat(shelf()).hasSize(40);
        assertThat(parts.reward.requests).hasSizeBetween(2, 3);
    }

    @Test
    void positionsGrowAndPagesFollowOnEachOther() {
        mine(Signals.complaint("Brest"), Signals.complaint("Bergen"));
        PairShelf shelf = new PairShelf(parts.jdbi);

        List<PairShelf.Placed> firstPage = shelf.after(0, 3);
        List<PairShelf.Placed> secondPage = shelf.after(firstPage.getLast().position(), 3);

        assertThat(firstPage).hasSize(3);
        assertThat(secondPage).hasSize(1);
        assertThat(Stream.concat(firstPage.stream(), secondPage.stream()))
                .extracting(PairShelf.Placed::position)
                .isSorted()
                .doesNotHaveDuplicates();
        assertThat(shelf.summary().lastPosition()).isEqualTo(secondPage.getLast().position());
    }
}
