/** The body of API Management's internal server error. */
export const internalError =
  /\{ "statusCode": 500, "message": "Internal server error", "activityId": "[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}" \}$/;
