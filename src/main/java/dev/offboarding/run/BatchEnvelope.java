package dev.offboarding.run;

import dev.offboarding.database.OwnSchema;
import java.time.Clock;
import java.util.concurrent.atomic.AtomicLong;
import javax.sql.DataSource;
import org.springframework.batch.core.configuration.BatchConfigurationException;
import org.springframework.batch.core.configuration.support.JdbcDefaultBatchConfiguration;
import org.springframework.batch.core.repository.JobRepository;
import org.springframework.batch.infrastructure.item.database.support.DataFieldMaxValueIncrementerFactory;
import org.springframework.batch.infrastructure.item.database.support.DefaultDataFieldMaxValueIncrementerFactory;
import org.springframework.batch.infrastructure.support.DatabaseType;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.support.incrementer.DataFieldMaxValueIncrementer;
import org.springframework.transaction.PlatformTransactionManager;

/**
 * Where Spring Batch keeps the course of a run, and how it numbers it.
 *
 * <p>Batch finds the context of a step that is under way by the step's number, in one map for the whole program. Two runs at once on two
 * databases, as a schedule may have them, have the same numbers, and each would write into the other's course. So each run's numbers
 * leave a remainder of its own: unique in their database by its sequence, and in the program by the remainder.
 */
@Configuration(proxyBeanMethods = false)
class BatchEnvelope extends JdbcDefaultBatchConfiguration {

    /** There are never more runs than this at once: each holds connections of its own. */
    private static final long RUNS_AT_ONCE = OwnSchema.BATCH_NUMBERS_APART;

    private static final AtomicLong RUNS = new AtomicLong();

    private final DataSource dataSource;
    private final PlatformTransactionManager transactionManager;
    private final Clock clock;
    private final long remainder = RUNS.getAndIncrement() % RUNS_AT_ONCE;

    BatchEnvelope(DataSource dataSource, PlatformTransactionManager transactionManager, Clock clock) {
        this.dataSource = dataSource;
        this.transactionManager = transactionManager;
        this.clock = clock;
    }

    @Bean
    @Override
    public JobRepository jobRepository() {
        RunRepositoryFactoryBean repository = new RunRepositoryFactoryBean(clock);
        repository.setDataSource(dataSource);
        repository.setTransactionManager(transactionManager);
        repository.setDatabaseType(DatabaseType.POSTGRES.name());
        repository.setTablePrefix("offboarding.BATCH_");
        repository.setIncrementerFactory(getIncrementerFactory());
        try {
            repository.afterPropertiesSet();
            return repository.getObject();
        } catch (Exception e) {
            throw new BatchConfigurationException("the course of the run cannot be kept", e);
        }
    }

    @Override
    protected PlatformTransactionManager getTransactionManager() {
        return transactionManager;
    }

    @Override
    protected DataFieldMaxValueIncrementerFactory getIncrementerFactory() {
        DataFieldMaxValueIncrementerFactory sequences = new DefaultDataFieldMaxValueIncrementerFactory(dataSource);
        return new DataFieldMaxValueIncrementerFactory() {
            @Override
            public DataFieldMaxValueIncrementer getIncrementer(String databaseType, String name) {
                return new WithRemainder(sequences.getIncrementer(databaseType, name), remainder);
            }

            @Override
            public boolean isSupportedIncrementerType(String databaseType) {
                return sequences.isSupportedIncrementerType(databaseType);
            }

            @Override
            public String[] getSupportedIncrementerTypes() {
                return sequences.getSupportedIncrementerTypes();
            }
        };
    }

    private record WithRemainder(DataFieldMaxValueIncrementer sequence, long remainder)
            implements DataFieldMaxValueIncrementer {
        @Override
        public int nextIntValue() {
            return Math.toIntExact(nextLongValue());
        }

        @Override
        public long nextLongValue() {
            return Math.addExact(Math.multiplyExact(sequence.nextLongValue(), RUNS_AT_ONCE), remainder);
        }

        @Override
        public String nextStringValue() {
            return Long.toString(nextLongValue());
        }
    }
}
