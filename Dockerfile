# The service in a container, from the jar of the build. docker-compose.yml runs it with PostgreSQL; alone it keeps an H2
# database in /data:
#   ./mvnw package -DskipTests
#   docker build -t mmu-lab . && docker run --rm -p 127.0.0.1:8080:8080 -v mmulab:/data mmu-lab

# Any image with Java 25 and useradd.
ARG JRE=eclipse-temurin:25-jre

FROM ${JRE} AS layers
# What builders without BuildKit leave behind of this stage, "docker image prune --filter label=mmulab.stage" removes.
LABEL mmulab.stage=layers
COPY target/mmu-lab-*.jar /mmu-lab.jar
RUN java -Djarmode=tools -jar /mmu-lab.jar extract --layers --launcher --destination /layers

FROM ${JRE}
RUN useradd --system --home-dir /data --create-home mmulab
WORKDIR /data
# From what changes least to what changes most.
COPY --from=layers /layers/dependencies/ /app/
COPY --from=layers /layers/spring-boot-loader/ /app/
COPY --from=layers /layers/snapshot-dependencies/ /app/
COPY --from=layers /layers/application/ /app/
USER mmulab
VOLUME /data
EXPOSE 8080
# Inside a container, 127.0.0.1 is the container itself. Who may reach the port is decided where it is published.
ENV SERVER_ADDRESS=0.0.0.0
ENTRYPOINT ["java", "-XX:MaxRAMPercentage=75", "-cp", "/app", "org.springframework.boot.loader.launch.JarLauncher"]
