# Development only: authorization server, appointments API or single-page app, by argument. From the source tree's root:
#   mvn -DskipTests package && docker build -t bearward-demo -f docker/demo.Dockerfile demo/target
ARG JAVA_IMAGE=eclipse-temurin:25-jre
FROM ${JAVA_IMAGE}
COPY bearward-demo.jar /demo/
COPY lib /demo/lib
USER 65532:65532
ENTRYPOINT ["java", "-Xmx128m", "-jar", "/demo/bearward-demo.jar", "serve"]
