# The service in a container. docker-compose.yml runs it with PostgreSQL; alone it keeps an H2 database in /data:
#   docker build -t mmu-lab . && docker run --rm -p 127.0.0.1:8080:8080 -v mmulab:/data mmu-lab

FROM eclipse-temurin:25-jdk AS build
WORKDIR /src
COPY . .
# The tests belong to the build of the project (./mvnw verify), not to that of the image.
RUN --mount=type=cache,target=/root/.m2 ./mvnw -B -ntp package -DskipTests \
    && java -Djarmode=tools -jar target/mmu-lab-*.jar extract --layers --launcher --destination /app

FROM eclipse-temurin:25-jre
RUN useradd --system --home-dir /data --create-home mmulab
WORKDIR /data
# From what changes least to what changes most.
COPY --from=build /app/dependencies/ /app/
COPY --from=build /app/spring-boot-loader/ /app/
COPY --from=build /app/snapshot-dependencies/ /app/
COPY --from=build /app/application/ /app/
USER mmulab
VOLUME /data
EXPOSE 8080
# Inside a container, 127.0.0.1 is the container itself. Who may reach the port is decided where it is published.
ENV SERVER_ADDRESS=0.0.0.0
ENTRYPOINT ["java", "-XX:MaxRAMPercentage=75", "-cp", "/app", "org.springframework.boot.loader.launch.JarLauncher"]
