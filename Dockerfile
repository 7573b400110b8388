# The service (`headway serve`) as an image: docker build -t headway . && docker run --read-only headway
# docs/operations.md has the settings. DynamoDB Local and the other stand-ins are not in it.

FROM maven:3-eclipse-temurin-25 AS build
WORKDIR /build
COPY pom.xml ./
COPY src/main src/main
RUN mvn -B package -Dheadway.launch
# java.desktop (14 MB) is there for one class that Log4j asks for.
RUN jlink --strip-debug --no-header-files --no-man-pages --compress zip-6 --output /opt/headway/jre \
      --add-modules java.desktop,java.logging,java.management,java.naming,java.net.http \
      --add-modules jdk.jfr,jdk.management,jdk.naming.dns,jdk.net,jdk.unsupported,jdk.zipfs
RUN cp -a target/headway.jar target/lib /opt/headway/
# Where the file system is read-only Netty cannot unpack its native part, and would go without it.
RUN mkdir /opt/headway/native && cd /opt/headway/native \
    && for jar in ../lib/netty-transport-native-epoll-*-linux-*.jar; do jar xf "$jar" META-INF/native; done \
    && mv META-INF/native/*.so . && rm -r META-INF
COPY docker/ /opt/headway/
# The AOT cache knows the jars by path and time of change, so it is made where they will lie.
RUN /opt/headway/train

FROM debian:bookworm-slim
RUN apt-get -q update && apt-get -qy install --no-install-recommends ca-certificates \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --no-create-home --shell /usr/sbin/nologin headway
COPY --from=build /opt/headway /opt/headway
USER headway
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s CMD ["/opt/headway/health"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["/opt/headway/run"]
CMD ["serve"]
