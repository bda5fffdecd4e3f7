using Gatehouse.Azure;

namespace Gatehouse.Tests.Unit.Azure;

public sealed class DependencyOperationTests
{
    [Theory]
    [InlineData("GET", "/secrets/jwt-signing-key/versions", "GET secret versions")]
    [InlineData("GET", "/secrets/jwt-signing-key/0123456789abcdef", "GET secret")]
    [InlineData("GET", "secrets/jwt-signing-key/", "GET secret")]
    [InlineData("GET", "/Users(PartitionKey='ada',RowKey='user')", "GET Users")]
    [InlineData("PUT", "/Users(PartitionKey='a%2Fb',RowKey='(')", "PUT Users")]
    [InlineData("GET", "/gatehouse-revocations/000000000042", "GET Revocations")]
    [InlineData("POST", "/Products", "POST Products")]
    [InlineData("POST", "/$batch", "POST batch")]
    [InlineData("GET", "/devstoreaccount1/Users(PartitionKey='ada',RowKey='user')", "GET Users")]
    [InlineData("POST", "/devstoreaccount1/$batch", "POST batch")]
    [InlineData("POST", "/Tables", "POST Tables")]
    [InlineData("DELETE", "/Tables('Users')", "DELETE Tables")]
    public void Request_IsNamedByMethodAndResource(string method, string path, string operation) =>
        Assert.Equal(operation, DependencyOperation.Of(method, path));

    [Theory]
    [InlineData("/ada@example.com")]
    [InlineData("/")]
    [InlineData("/(PartitionKey='ada')")]
    [InlineData("/9lives")]
    public void UnknownPath_IsNamedOther(string path) => Assert.Equal("GET other", DependencyOperation.Of("GET", path));
}
