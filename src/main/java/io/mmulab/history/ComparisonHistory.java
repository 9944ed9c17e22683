package io.mmulab.history;

import java.util.List;
import java.util.Optional;

import org.springframework.data.domain.Limit;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/** The comparisons that there are. */
@Service
@Transactional
public class ComparisonHistory {
    private final ComparisonRepository comparisons;

    ComparisonHistory(ComparisonRepository comparisons) {
        this.comparisons = comparisons;
    }

    /** Adds a comparison, or replaces the one of its id. */
    public void save(ComparisonRow comparison) {
        comparisons.save(new ComparisonEntity(comparison));
        comparisons.flush();
    }

    /** A comparison by id. */
    @Transactional(readOnly = true)
    public Optional<ComparisonRow> find(String id) {
        return Optional.ofNullable(comparisons.findById(id)).map(ComparisonEntity::toRow);
    }

    /** Comparisons whose id is greater than {@code after}, in order of id. */
    @Transactional(readOnly = true)
    public List<ComparisonRow> list(String after, int limit) {
        return comparisons.findByIdGreaterThanOrderById(after, Limit.of(limit)).stream().map(ComparisonEntity::toRow)
                .toList();
    }

    /** All comparisons of a status, oldest first. */
    @Transactional(readOnly = true)
    public List<ComparisonRow> withStatus(String status) {
        return comparisons.findByStatusOrderById(status).stream().map(ComparisonEntity::toRow).toList();
    }
}
