using System.Text.Json.Serialization;

namespace Gatehouse.Products;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ProductDocument))]
[JsonSerializable(typeof(ProductPageDocument))]
internal sealed partial class ProductJsonContext : JsonSerializerContext;
